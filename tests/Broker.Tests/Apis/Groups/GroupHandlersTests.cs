using Platform.Broker.Apis.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Broker.Tests.Apis.ControllerInMemory;
using static Platform.Broker.Tests.Apis.Groups.GroupHandlersFixture;

namespace Platform.Broker.Tests.Apis.Groups;

/// <summary>Every version can carry its answers. The rules themselves are tested at the shard.</summary>
public sealed class GroupHandlersTests
{
    private readonly GroupHandlersFixture _fixture = new();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    public async Task A_client_joins_syncs_beats_and_leaves_in_every_version(short joinVersion)
    {
        var joined = await JoinAsync(joinVersion);
        var syncVersion = Math.Min(joinVersion, (short)5);
        var heartbeatVersion = Math.Min(joinVersion, (short)4);

        var synced = await SyncAsync(joined, syncVersion);
        var alive = await new HeartbeatHandler(_fixture.Groups).HandleAsync(
            new HeartbeatRequest { GroupId = "g", MemberId = joined.MemberId, GenerationId = 1 },
            Context(heartbeatVersion));
        var left = await LeaveAsync(joined.MemberId, syncVersion);

        Assert.Equal((ErrorCode.None, 1), (joined.ErrorCode, joined.GenerationId));
        Assert.Equal([7], synced.Assignment);
        Assert.Equal(ErrorCode.None, OverTheWire(alive, heartbeatVersion).ErrorCode);
        Assert.Equal(ErrorCode.None, left.ErrorCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(9)]
    public async Task A_refused_join_can_be_written_in_every_version(short version)
    {
        var request = new JoinGroupRequest { GroupId = "" };

        var response = await new JoinGroupHandler(_fixture.Groups).HandleAsync(request, Context(version));

        Assert.Equal(ErrorCode.InvalidGroupId, OverTheWire(response, version).ErrorCode);
    }

    [Fact]
    public async Task Hosts_of_members_have_kafkas_form()
    {
        await JoinAsync(3);

        var response = await new DescribeGroupsHandler(_fixture.Groups).HandleAsync(
            new DescribeGroupsRequest { Groups = ["g", "none"] }, Context(6));

        var groups = OverTheWire(response, 6).Groups;
        Assert.Equal("/localhost", Assert.Single(groups[0].Members).ClientHost);
        Assert.Equal(ErrorCode.GroupIdNotFound, groups[1].ErrorCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Groups_are_listed_in_every_version(short version)
    {
        _ = _fixture.Host.CommitOffsetAsync(1);

        var response = await new ListGroupsHandler(_fixture.Groups).HandleAsync(
            new ListGroupsRequest(), Context(version));

        Assert.Equal("g", Assert.Single(OverTheWire(response, version).Groups).GroupId);
    }

    [Fact]
    public async Task Groups_and_offsets_are_deleted()
    {
        _ = _fixture.Host.CommitOffsetAsync(1);
        var partition = new OffsetDeleteRequest.OffsetDeleteRequestPartition();
        var topic = new OffsetDeleteRequest.OffsetDeleteRequestTopic { Name = "t", Partitions = [partition] };

        var offset = await new OffsetDeleteHandler(_fixture.Groups).HandleAsync(
            new OffsetDeleteRequest { GroupId = "g", Topics = [topic] }, Context(0));
        var group = await new DeleteGroupsHandler(_fixture.Groups).HandleAsync(
            new DeleteGroupsRequest { GroupsNames = ["g"] }, Context(2));

        Assert.Equal(ErrorCode.None, OverTheWire(offset, 0).Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(ErrorCode.None, OverTheWire(group, 2).Results[0].ErrorCode);
    }

    [Fact]
    public void Failures_are_in_the_place_that_each_api_has_for_them()
    {
        const ErrorCode error = ErrorCode.UnknownServerError;
        var describe = new DescribeGroupsHandler(_fixture.Groups)
            .Fail(new DescribeGroupsRequest { Groups = ["g"] }, error, "");
        var delete = new DeleteGroupsHandler(_fixture.Groups)
            .Fail(new DeleteGroupsRequest { GroupsNames = ["g"] }, error, "");
        var list = new ListGroupsHandler(_fixture.Groups).Fail(new ListGroupsRequest(), error, "");

        Assert.Equal(error, OverTheWire(describe, 0).Groups[0].ErrorCode);
        Assert.Equal(error, OverTheWire(delete, 0).Results[0].ErrorCode);
        Assert.Equal(error, OverTheWire(list, 0).ErrorCode);
    }

    private async Task<JoinGroupResponse> JoinAsync(short version)
    {
        var protocol = new JoinGroupRequest.JoinGroupRequestProtocol { Name = "range" };
        var request = new JoinGroupRequest
        {
            GroupId = "g",
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 60_000,
            ProtocolType = "consumer",
            Protocols = [protocol],
        };
        var handler = new JoinGroupHandler(_fixture.Groups);
        var join = handler.HandleAsync(request, Context(version)).AsTask();
        if (join.IsCompleted)
        {
            // KIP-394: the first answer is only an id.
            request.MemberId = OverTheWire(await join, version).MemberId;
            join = handler.HandleAsync(request, Context(version)).AsTask();
        }
        _fixture.Host.Advance(3_000);
        return OverTheWire(await join, version);
    }

    private async Task<SyncGroupResponse> SyncAsync(JoinGroupResponse joined, short version)
    {
        var share = new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = joined.MemberId, Assignment = [7] };
        var request = new SyncGroupRequest
        {
            GroupId = "g",
            MemberId = joined.MemberId,
            GenerationId = 1,
            ProtocolType = "consumer",
            ProtocolName = "range",
            Assignments = [share],
        };
        var response = await new SyncGroupHandler(_fixture.Groups).HandleAsync(request, Context(version));
        return OverTheWire(response, version);
    }

    private async Task<LeaveGroupResponse> LeaveAsync(string memberId, short version)
    {
        var request = new LeaveGroupRequest
        {
            GroupId = "g",
            MemberId = memberId,
            Members = [new LeaveGroupRequest.MemberIdentity { MemberId = memberId }],
        };
        var response = await new LeaveGroupHandler(_fixture.Groups).HandleAsync(request, Context(version));
        return OverTheWire(response, version);
    }
}
