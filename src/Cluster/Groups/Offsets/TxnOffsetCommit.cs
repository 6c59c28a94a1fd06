using Platform.Cluster.Coordination;
using Platform.Cluster.Groups.Classic;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>TxnOffsetCommit (key 28): how far a group will have come once a transaction is committed.</summary>
/// <remarks>v3 members and generations (KIP-447) · v6 topic ids. The handler resolves ids and has the coordinator's word
/// that the transaction is open.</remarks>
internal static class TxnOffsetCommit
{
    private const short GroupNotFoundVersion = 6;

    public static void Handle(GroupShardState shard, TxnOffsetCommitRequest request, CoordinatorCall call)
    {
        var error = Validate(shard.Find(request.GroupId), request, call.Context.ApiVersion);
        call.Producer = new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch);
        call.Respond(new TxnOffsetCommitResponse
        {
            Topics = request.Topics.ConvertAll(topic => new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                Partitions = topic.Partitions.ConvertAll(
                    partition => new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = error != ErrorCode.None ? error : Commit(shard, request, topic, partition, call),
                    }),
            }),
        });
    }

    // A producer that does not say for which member it commits is let through, as all were before KIP-447.
    private static ErrorCode Validate(ClassicGroup? group, TxnOffsetCommitRequest request, short version)
    {
        var hasGeneration = request.GenerationIdOrMemberEpoch >= 0;
        if (group is null)
            return !hasGeneration ? ErrorCode.None
                : version >= GroupNotFoundVersion ? ErrorCode.GroupIdNotFound
                : ErrorCode.IllegalGeneration;
        if (!hasGeneration && group.State == ClassicGroupState.Empty)
            return ErrorCode.None;
        if (!hasGeneration && request.MemberId.Length == 0 && request.GroupInstanceId is null)
            return ErrorCode.None;

        var error = group.Validate(request.MemberId, request.GroupInstanceId);
        if (error != ErrorCode.None)
            return error;
        return request.GenerationIdOrMemberEpoch == group.GenerationId ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }

    private static ErrorCode Commit(
        GroupShardState shard,
        TxnOffsetCommitRequest request,
        TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic topic,
        TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition partition,
        CoordinatorCall call)
    {
        if ((partition.CommittedMetadata?.Length ?? 0) > shard.Options.OffsetMetadataMaxSize)
            return ErrorCode.OffsetMetadataTooLarge;
        var offset = new CommittedOffset(
            partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.CommittedMetadata ?? "",
            call.NowMs, ExpireTimestampMs: -1, topic.TopicId);
        call.Append(GroupRecords.Offset(
            request.GroupId, new TopicPartition(topic.Name, partition.PartitionIndex), offset));
        return ErrorCode.None;
    }
}
