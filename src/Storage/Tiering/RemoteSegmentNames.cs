using System.Globalization;

namespace Platform.Storage;

/// <summary>Names of copies in remote storage. The id of the topic is part of them, so that a topic that was deleted and
/// made again never meets its former self; name and numbers are there for people.</summary>
public static class RemoteSegmentNames
{
    private const int LongestName = 255;

    /// <summary>The topic's own part: <c>topic-id</c>, within the 255 bytes of a file's name.</summary>
    public static string Topic(RemoteLogSegmentId id)
    {
        var tail = $"-{id.TopicIdPartition.TopicId}";
        var topic = id.TopicIdPartition.Topic;
        return topic[..Math.Min(topic.Length, LongestName - tail.Length)] + tail;
    }

    /// <summary>The partition's own part: its number.</summary>
    public static string Partition(RemoteLogSegmentId id) =>
        id.TopicIdPartition.Partition.ToString(CultureInfo.InvariantCulture);

    /// <summary>The copy's own part: its first offset in 20 digits, and the id of the attempt.</summary>
    public static string Segment(RemoteLogSegmentMetadata metadata) => string.Create(
        CultureInfo.InvariantCulture, $"{metadata.StartOffset:D20}-{metadata.RemoteLogSegmentId.Id}");
}
