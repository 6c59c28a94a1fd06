using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Groups;

/// <summary>Short ways to say what clients send.</summary>
internal static class GroupRequests
{
    public const string Group = "orders";
    public const short JoinVersion = 9;
    public const short SyncVersion = 5;
    public const int SessionMs = 10_000;
    public const int RebalanceMs = 60_000;

    /// <summary>A consumer's embedded subscription, version 1.</summary>
    public static byte[] Subscription(params string[] topics)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt16(1);
        new ConsumerProtocolSubscription { Topics = [.. topics] }.Write(writer, 1);
        return writer.Written.ToArray();
    }

    public static JoinGroupRequest Join(
        string memberId = "", string? instanceId = null, byte[]? metadata = null, params string[] protocols) => new()
        {
            GroupId = Group,
            MemberId = memberId,
            GroupInstanceId = instanceId,
            SessionTimeoutMs = SessionMs,
            RebalanceTimeoutMs = RebalanceMs,
            ProtocolType = "consumer",
            Protocols = [.. (protocols.Length > 0 ? protocols : ["range"]).Select(
                name => new JoinGroupRequest.JoinGroupRequestProtocol
                {
                    Name = name,
                    Metadata = metadata ?? Subscription("t"),
                })],
        };

    public static SyncGroupRequest Sync(
        string memberId,
        int generation,
        string? instanceId = null,
        params (string MemberId, byte[] Share)[] shares) => new()
        {
            GroupId = Group,
            MemberId = memberId,
            GroupInstanceId = instanceId,
            GenerationId = generation,
            ProtocolType = "consumer",
            ProtocolName = "range",
            Assignments = [.. shares.Select(share => new SyncGroupRequest.SyncGroupRequestAssignment
            {
                MemberId = share.MemberId,
                Assignment = share.Share,
            })],
        };

    public static HeartbeatRequest Heartbeat(string memberId, int generation, string? instanceId = null) =>
        new() { GroupId = Group, MemberId = memberId, GenerationId = generation, GroupInstanceId = instanceId };

    public static LeaveGroupRequest Leave(params (string MemberId, string? InstanceId)[] members) => new()
    {
        GroupId = Group,
        Members = [.. members.Select(member => new LeaveGroupRequest.MemberIdentity
        {
            MemberId = member.MemberId,
            GroupInstanceId = member.InstanceId,
        })],
    };

    public static OffsetCommitRequest Commit(
        long offset, string memberId = "", int generation = -1, string topic = "t", int partition = 0) => new()
        {
            GroupId = Group,
            MemberId = memberId,
            GenerationIdOrMemberEpoch = generation,
            Topics =
            [
                new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = topic,
                    Partitions =
                    [
                        new OffsetCommitRequest.OffsetCommitRequestPartition
                        {
                            PartitionIndex = partition,
                            CommittedOffset = offset,
                            CommittedMetadata = "note",
                        },
                    ],
                },
            ],
        };

    /// <summary>Sends a commit and returns the error of its only partition.</summary>
    public static ErrorCode CommitError(this GroupTester tester, OffsetCommitRequest request, short version = 8) =>
        Assert.Single(Assert.Single(tester.Call(request, version).Topics).Partitions).ErrorCode;

    /// <summary>The committed offset, or -1.</summary>
    public static long Committed(this GroupTester tester, string topic = "t", int partition = 0) =>
        Assert.Single(Assert.Single(tester.Fetch(topic, partition).Topics).Partitions).CommittedOffset;

    public static OffsetFetchResponse.OffsetFetchResponseGroup Fetch(
        this GroupTester tester, string topic, int partition)
    {
        var topics = new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic, PartitionIndexes = [partition] };
        var group = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = Group, Topics = [topics] };
        return Assert.Single(tester.Call(new OffsetFetchRequest { Groups = [group] }, 8).Groups);
    }

    /// <summary>The first step of a dynamic member: an id to come back with.</summary>
    public static string NewMemberId(this GroupTester tester)
    {
        var response = tester.Call(Join(), JoinVersion);
        Assert.Equal(ErrorCode.MemberIdRequired, response.ErrorCode);
        return response.MemberId;
    }

    /// <summary>The group's state as DescribeGroups shows it.</summary>
    public static DescribeGroupsResponse.DescribedGroup Describe(this GroupTester tester, short version = 5) =>
        Assert.Single(tester.Call(new DescribeGroupsRequest { Groups = [Group] }, version).Groups);

    /// <summary>A stable group of dynamic members, each with its index as its share; the first one leads.</summary>
    public static string[] StableGroup(this GroupTester tester, int members, byte[]? metadata = null)
    {
        var ids = Enumerable.Range(0, members).Select(_ => tester.NewMemberId()).ToArray();
        var joins = ids.Select(id => tester.Send(Join(id, metadata: metadata), JoinVersion)).ToArray();
        tester.Advance(tester.Shard.State.Options.InitialRebalanceDelayMs * 2L);
        var generation = tester.Answer<JoinGroupResponse>(joins[0]).GenerationId;
        tester.SyncAll(generation, ids);
        return ids;
    }

    /// <summary>Lets everybody sync, the first of them as the leader.</summary>
    public static void SyncAll(this GroupTester tester, int generation, params string[] ids)
    {
        var shares = ids.Select((id, index) => (id, new[] { (byte)index })).ToArray();
        foreach (var id in ids.Skip(1))
            tester.Send(Sync(id, generation), SyncVersion);
        tester.Send(Sync(ids[0], generation, null, shares), SyncVersion);
    }
}
