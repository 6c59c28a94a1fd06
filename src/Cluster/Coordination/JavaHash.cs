namespace Platform.Cluster.Coordination;

/// <summary>Java's hash of a string, by which a Kafka broker finds the partition of a group or transaction.</summary>
public static class JavaHash
{
    /// <summary>Which of the partitions of a coordinator's topic a key belongs to.</summary>
    public static int PartitionFor(string key, int partitions) => PartitionForHash(Of(key), partitions);

    /// <summary>Java's String.hashCode, over UTF-16 code units.</summary>
    public static int Of(string text)
    {
        var hash = 0;
        foreach (var unit in text)
            hash = unchecked(31 * hash + unit);
        return hash;
    }

    // The smallest int has no absolute value; Kafka maps it to zero.
    internal static int PartitionForHash(int hash, int partitions) =>
        (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitions;
}
