using Platform.Client.Admin;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Metadata;

/// <summary>Builds and checks offset commits, for the admin client and the consumer.</summary>
internal static class OffsetCommits
{
    /// <summary>Later versions name topics by id only, which a topic deleted meanwhile no longer has.</summary>
    public const short LastVersionWithNames = 9;

    public static OffsetCommitRequest Request(
        string groupId, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets) => new()
    {
        GroupId = groupId,
        Topics = [.. offsets.GroupBy(offset => offset.Key.Topic)
            .Select(topic => new OffsetCommitRequest.OffsetCommitRequestTopic
        {
            Name = topic.Key,
            Partitions = [.. topic.Select(offset => new OffsetCommitRequest.OffsetCommitRequestPartition
            {
                PartitionIndex = offset.Key.Partition,
                CommittedOffset = offset.Value.Offset,
                CommittedLeaderEpoch = offset.Value.LeaderEpoch,
                CommittedMetadata = offset.Value.Metadata,
            })],
        })],
    };

    public static void ThrowIfRetriable(OffsetCommitResponse response, string groupId)
    {
        foreach (var partition in response.Topics.SelectMany(topic => topic.Partitions))
            if (partition.ErrorCode.IsRetriable())
                throw KafkaException.For(partition.ErrorCode, $"commit of group {groupId}");
    }
}
