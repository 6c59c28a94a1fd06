using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Consuming;

/// <summary>Commits offsets, as a member of the group's present generation.</summary>
internal sealed class OffsetCommitter(ConsumerOptions options, KafkaCluster cluster, Func<GroupMember?> member)
{
    /// <summary>Commits; repeats while the coordinator moves or loads.</summary>
    /// <exception cref="KafkaException">Refused: for example the group has rebalanced meanwhile.</exception>
    public async Task CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation)
    {
        if (offsets.Count == 0)
            return;
        var coordinator = Destination.GroupCoordinator(options.GroupId
            ?? throw new InvalidOperationException("committing needs a group.id"));
        await cluster.RetryAsync(async token =>
        {
            var settings = new RequestSettings(MaxVersion: OffsetCommits.LastVersionWithNames);
            var response = await cluster.SendAsync(Request(offsets), coordinator, settings, token);
            ThrowIfRefused(response);
            return response;
        }, cancellation, _ => cluster.ForgetCoordinator(coordinator));
    }

    private OffsetCommitRequest Request(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets)
    {
        var request = OffsetCommits.Request(options.GroupId!, offsets);
        if (member() is { Generation: >= 0 } joined)
        {
            request.GenerationIdOrMemberEpoch = joined.Generation;
            request.MemberId = joined.MemberId;
            request.GroupInstanceId = options.GroupInstanceId;
        }
        return request;
    }

    private void ThrowIfRefused(OffsetCommitResponse response)
    {
        foreach (var topic in response.Topics)
            foreach (var partition in topic.Partitions)
                KafkaException.ThrowIfError(partition.ErrorCode,
                    $"commit of group {options.GroupId} for {topic.Name}-{partition.PartitionIndex}");
    }
}
