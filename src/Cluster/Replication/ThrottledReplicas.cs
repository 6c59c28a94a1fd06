using System.Globalization;

namespace Platform.Cluster.Replication;

/// <summary>Which replicas of a topic a throttle slows down: partition:broker, or * for all.</summary>
public static class ThrottledReplicas
{
    /// <summary>True when the list names this partition on this broker. Entries that cannot be read name nothing.</summary>
    public static bool Contains(IReadOnlyList<string> entries, int partition, int broker)
    {
        foreach (var entry in entries)
            if (entry == "*" || IsThat(entry, partition, broker))
                return true;
        return false;
    }

    private static bool IsThat(string entry, int partition, int broker)
    {
        var colon = entry.IndexOf(':');
        return colon > 0
            && int.TryParse(entry.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && (number, id) == (partition, broker);
    }
}
