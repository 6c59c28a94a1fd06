using Platform.Client.Metadata;

namespace Platform.Client.Consuming;

/// <summary>How many partitions topics have: what an assignment is computed from, and must be computed again when it
/// changes.</summary>
internal static class PartitionCounts
{
    public static IReadOnlyDictionary<string, int> Of(ClusterMetadata metadata, IEnumerable<string> topics) =>
        topics.Distinct().Where(metadata.Topics.ContainsKey)
            .Select(topic => metadata.Topics[topic])
            .Where(topic => topic.Partitions.Count > 0)
            .ToDictionary(topic => topic.Name, topic => topic.Partitions.Count);

    /// <summary>True when a topic has appeared, vanished or grown.</summary>
    public static bool Differ(IReadOnlyDictionary<string, int> divided, ClusterMetadata metadata,
        IEnumerable<string> topics)
    {
        var now = Of(metadata, topics);
        return now.Any(topic => divided.GetValueOrDefault(topic.Key) != topic.Value);
    }
}
