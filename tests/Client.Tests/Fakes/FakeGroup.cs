using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Tests.Fakes;

/// <summary>A group coordinator with one member at a time, which leads the group.</summary>
internal sealed class FakeGroup
{
    public int Generation { get; set; }
    public string MemberId { get; set; } = "";
    public byte[] Assignment { get; private set; } = [];
    public Dictionary<TopicPartition, long> Committed { get; } = [];
    public ErrorCode HeartbeatError { get; set; }

    public IResponse? Handle(FakeExchange exchange) => exchange.Request switch
    {
        JoinGroupRequest request => Join(request),
        SyncGroupRequest request => Sync(request),
        HeartbeatRequest => new HeartbeatResponse { ErrorCode = HeartbeatError },
        LeaveGroupRequest => new LeaveGroupResponse(),
        OffsetCommitRequest request => Commit(request),
        OffsetFetchRequest request => Fetch(request),
        _ => throw new InvalidOperationException($"the fake broker knows no {exchange.Key}"),
    };

    private JoinGroupResponse Join(JoinGroupRequest request)
    {
        if (request.MemberId.Length == 0)
            return new() { ErrorCode = ErrorCode.MemberIdRequired, MemberId = MemberId = "member-1" };
        Generation++;
        HeartbeatError = ErrorCode.None;
        return new()
        {
            GenerationId = Generation,
            ProtocolType = "consumer",
            ProtocolName = request.Protocols[0].Name,
            Leader = request.MemberId,
            MemberId = request.MemberId,
            Members = [new() { MemberId = request.MemberId, Metadata = request.Protocols[0].Metadata }],
        };
    }

    private SyncGroupResponse Sync(SyncGroupRequest request)
    {
        Assignment = request.Assignments[0].Assignment;
        return new() { Assignment = Assignment };
    }

    private OffsetCommitResponse Commit(OffsetCommitRequest request)
    {
        foreach (var topic in request.Topics)
            foreach (var partition in topic.Partitions)
                Committed[new TopicPartition(topic.Name, partition.PartitionIndex)] = partition.CommittedOffset;
        return new()
        {
            Topics = [.. request.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(partition =>
                    new OffsetCommitResponse.OffsetCommitResponsePartition { PartitionIndex = partition.PartitionIndex })],
            })],
        };
    }

    private OffsetFetchResponse Fetch(OffsetFetchRequest request) => new()
    {
        Groups = [.. request.Groups.Select(group => new OffsetFetchResponse.OffsetFetchResponseGroup
        {
            GroupId = group.GroupId,
            Topics = [.. (group.Topics ?? []).Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopics
            {
                Name = topic.Name,
                Partitions = [.. topic.PartitionIndexes.Select(
                    index => new OffsetFetchResponse.OffsetFetchResponsePartitions
                {
                    PartitionIndex = index,
                    CommittedOffset = Committed.GetValueOrDefault(new TopicPartition(topic.Name, index), -1),
                })],
            })],
        })],
    };
}
