using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>Errors in the form that each group API has for them.</summary>
internal static class GroupErrors
{
    public static JoinGroupResponse Join(JoinGroupRequest request, ErrorCode error) =>
        new() { MemberId = request.MemberId, ErrorCode = error };

    // The rebalance under way died with the old coordinator. Old clients do not expect "loading" here, while
    // "rebalance" sends all of them back to JoinGroup.
    public static SyncGroupResponse Sync(ErrorCode error) =>
        new() { ErrorCode = error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.RebalanceInProgress : error };

    // Sessions begin anew when loading ends: a heartbeat that comes before is no reason for the member to worry.
    public static HeartbeatResponse Heartbeat(ErrorCode error) =>
        new() { ErrorCode = error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.None : error };

    public static LeaveGroupResponse Leave(ErrorCode error) => new() { ErrorCode = error };

    public static OffsetDeleteResponse OffsetDelete(ErrorCode error) => new() { ErrorCode = error };

    public static OffsetCommitResponse OffsetCommit(OffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics = request.Topics.ConvertAll(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions = topic.Partitions.ConvertAll(partition => OffsetCommit(partition.PartitionIndex, error)),
        }),
    };

    public static OffsetCommitResponse.OffsetCommitResponsePartition OffsetCommit(int partition, ErrorCode error) =>
        new() { PartitionIndex = partition, ErrorCode = error };

    public static OffsetFetchResponse OffsetFetch(string groupId, ErrorCode error) => new()
    {
        Groups = [new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = groupId, ErrorCode = error }],
    };

    public static DescribeGroupsResponse Describe(string groupId, ErrorCode error) => new()
    {
        Groups = [new DescribeGroupsResponse.DescribedGroup { GroupId = groupId, ErrorCode = error }],
    };

    public static DeleteGroupsResponse Delete(string groupId, ErrorCode error) => new()
    {
        Results = [new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = error }],
    };
}
