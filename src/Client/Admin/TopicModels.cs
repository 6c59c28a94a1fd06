namespace Platform.Client.Admin;

/// <summary>A topic to create.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Number of partitions; -1 for the broker's <c>num.partitions</c>.</param>
/// <param name="ReplicationFactor">Replicas of each; -1 for the broker's <c>default.replication.factor</c>.</param>
public sealed record NewTopic(string Name, int Partitions = -1, short ReplicationFactor = -1)
{
    /// <summary>Settings that differ from the broker's.</summary>
    public IReadOnlyDictionary<string, string?> Configs { get; init; } = new Dictionary<string, string?>();

    /// <summary>Brokers of each partition, by partition number; then count and factor above must stay -1.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<int>>? ReplicaAssignments { get; init; }
}

/// <summary>A topic and the number of partitions that it is to grow to.</summary>
public sealed record NewPartitions(string Topic, int TotalCount);
