using Platform.Cluster.Coordination;
using Platform.Cluster.Groups.Classic;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>OffsetCommit (key 8): remembers how far a group has come.</summary>
/// <remarks>
/// v2-4 retention per commit · v6 leader epochs · v7 static members · v9 members of consumer groups (KIP-848) ·
/// v10 topic ids. The handler resolves ids: here each topic has its name, and its id when the client sent one.
/// </remarks>
internal static class OffsetCommit
{
    private const short GroupNotFoundVersion = 9;

    public static void Handle(GroupShardState shard, OffsetCommitRequest request, CoordinatorCall call)
    {
        var group = shard.Find(request.GroupId);
        var error = Validate(group, request, call.Context.ApiVersion);
        if (error == ErrorCode.None && group is not null)
            RenewSession(group, request.MemberId, call);

        var response = new OffsetCommitResponse();
        foreach (var topic in request.Topics)
            response.Topics.Add(new OffsetCommitResponse.OffsetCommitResponseTopic
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                Partitions = topic.Partitions.ConvertAll(partition => Answer(
                    partition.PartitionIndex,
                    error != ErrorCode.None ? error : Commit(shard, request, topic, partition, call))),
            });
        call.Respond(response);
    }

    private static OffsetCommitResponse.OffsetCommitResponsePartition Answer(int partition, ErrorCode error) =>
        new() { PartitionIndex = partition, ErrorCode = error };

    private static ErrorCode Validate(ClassicGroup? group, OffsetCommitRequest request, short version)
    {
        var hasGeneration = request.GenerationIdOrMemberEpoch >= 0;
        // No group and no generation: a consumer that assigns partitions to itself, and only stores offsets here.
        if (group is null)
            return !hasGeneration ? ErrorCode.None
                : version >= GroupNotFoundVersion ? ErrorCode.GroupIdNotFound
                : ErrorCode.IllegalGeneration;
        if (!hasGeneration && group.State == ClassicGroupState.Empty)
            return ErrorCode.None;
        if (!hasGeneration && request.MemberId.Length == 0 && request.GroupInstanceId is null)
            return group.State == ClassicGroupState.Empty ? ErrorCode.None : ErrorCode.UnknownMemberId;

        var error = group.Validate(request.MemberId, request.GroupInstanceId);
        if (error != ErrorCode.None)
            return error;
        if (request.GenerationIdOrMemberEpoch != group.GenerationId)
            return ErrorCode.IllegalGeneration;
        // The member knows the new generation, but not yet whether the partition is still its own.
        return group.State == ClassicGroupState.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    private static void RenewSession(ClassicGroup group, string memberId, CoordinatorCall call)
    {
        if (group.State is ClassicGroupState.Stable or ClassicGroupState.PreparingRebalance
            && group.Member(memberId) is { IsNew: false } member)
            MemberSessions.Renew(group, member, call);
    }

    private static ErrorCode Commit(
        GroupShardState shard,
        OffsetCommitRequest request,
        OffsetCommitRequest.OffsetCommitRequestTopic topic,
        OffsetCommitRequest.OffsetCommitRequestPartition partition,
        CoordinatorCall call)
    {
        if ((partition.CommittedMetadata?.Length ?? 0) > shard.Options.OffsetMetadataMaxSize)
            return ErrorCode.OffsetMetadataTooLarge;

        var offset = new CommittedOffset(
            partition.CommittedOffset,
            partition.CommittedLeaderEpoch,
            partition.CommittedMetadata ?? "",
            call.NowMs,
            request.RetentionTimeMs < 0 ? -1 : call.NowMs + request.RetentionTimeMs,
            topic.TopicId);
        var where = new TopicPartition(topic.Name, partition.PartitionIndex);
        call.Append(GroupRecords.Offset(request.GroupId, where, offset));
        return ErrorCode.None;
    }
}
