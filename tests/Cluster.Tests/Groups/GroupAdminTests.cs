using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

/// <summary>What operators see of groups, and how they remove them.</summary>
public sealed class GroupAdminTests
{
    private readonly GroupTester _tester = new();

    [Fact]
    public void A_stable_group_is_described_with_protocol_and_assignments()
    {
        var ids = _tester.StableGroup(2);

        var group = _tester.Describe();

        Assert.Equal(("Stable", "consumer", "range"), (group.GroupState, group.ProtocolType, group.ProtocolData));
        Assert.Equal(ids, group.Members.Select(member => member.MemberId));
        Assert.Equal([1], group.Members[1].MemberAssignment);
        Assert.Equal(Subscription("t"), group.Members[1].MemberMetadata);
        Assert.Equal(("client", "/127.0.0.1"), (group.Members[1].ClientId, group.Members[1].ClientHost));
        Assert.Equal(int.MinValue, group.AuthorizedOperations);
    }

    [Fact]
    public void During_a_rebalance_only_the_names_of_the_members_are_known()
    {
        var ids = _tester.StableGroup(1);
        _tester.NewMemberId();
        _tester.Send(Join(ids[0], metadata: Subscription("other")), JoinVersion);

        var group = _tester.Describe();

        Assert.Equal(("PreparingRebalance", ""), (group.GroupState, group.ProtocolData));
        Assert.Empty(Assert.Single(group.Members).MemberAssignment);
    }

    [Fact]
    public void A_group_that_does_not_exist_is_dead_and_since_version_6_an_error()
    {
        var old = _tester.Describe(5);
        var current = _tester.Describe(6);

        Assert.Equal(("Dead", ErrorCode.None), (old.GroupState, old.ErrorCode));
        Assert.Equal(("Dead", ErrorCode.GroupIdNotFound), (current.GroupState, current.ErrorCode));
    }

    [Theory]
    [InlineData("", "", "orders simple")]
    [InlineData("stable", "", "orders")]
    [InlineData("Empty", "", "simple")]
    [InlineData("", "Classic", "orders simple")]
    [InlineData("", "consumer", "")]
    [InlineData("Dead", "", "")]
    public void Groups_are_listed_by_state_and_type(string state, string type, string expected)
    {
        _tester.StableGroup(1);
        var simple = Commit(1);
        simple.GroupId = "simple";
        _tester.CommitError(simple);
        var request = new ListGroupsRequest
        {
            StatesFilter = state.Length == 0 ? [] : [state],
            TypesFilter = type.Length == 0 ? [] : [type],
        };

        var listed = _tester.Call(request, 5).Groups;

        Assert.Equal(expected, string.Join(' ', listed.Select(group => group.GroupId)));
    }

    [Fact]
    public void An_empty_group_is_deleted_with_its_offsets()
    {
        var ids = _tester.StableGroup(1);
        _tester.CommitError(Commit(5, ids[0], 1));
        _tester.Call(Leave((ids[0], null)), 5);
        var before = _tester.Log.Count;

        var result = Delete(Group);

        Assert.Equal(ErrorCode.None, result);
        Assert.Equal(
            [typeof(OffsetCommitKey), typeof(GroupMetadataKey)],
            _tester.Log.Skip(before).Select(record => record.Key.GetType()));
        Assert.All(_tester.Log.Skip(before), record => Assert.Null(record.Value));
        Assert.Equal("Dead", _tester.Describe().GroupState);
        Assert.Equal(-1, _tester.Committed());
    }

    [Fact]
    public void A_group_with_members_cannot_be_deleted()
    {
        _tester.StableGroup(1);

        Assert.Equal(ErrorCode.NonEmptyGroup, Delete(Group));
        Assert.Equal(ErrorCode.GroupIdNotFound, Delete("other"));
    }

    [Fact]
    public void Offsets_of_topics_that_are_read_cannot_be_deleted()
    {
        var ids = _tester.StableGroup(1);
        _tester.CommitError(Commit(5, ids[0], 1));
        _tester.CommitError(Commit(6, ids[0], 1, topic: "old"));

        Assert.Equal((ErrorCode.None, ErrorCode.GroupSubscribedToTopic), DeleteOffset("t"));
        Assert.Equal((ErrorCode.None, ErrorCode.None), DeleteOffset("old"));

        Assert.Equal((5, -1), (_tester.Committed("t"), _tester.Committed("old")));
    }

    [Fact]
    public void Offsets_of_an_empty_group_can_be_deleted()
    {
        _tester.CommitError(Commit(5));

        Assert.Equal((ErrorCode.None, ErrorCode.None), DeleteOffset("t"));
        Assert.Equal((ErrorCode.None, ErrorCode.None), DeleteOffset("never"));

        Assert.Equal(-1, _tester.Committed());
        Assert.Equal(2, _tester.Log.Count);
    }

    [Fact]
    public void Offsets_of_a_group_whose_topics_are_not_known_cannot_be_deleted()
    {
        var join = Join();
        join.ProtocolType = "connect";
        _tester.Send(join, version: 3);

        Assert.Equal(ErrorCode.NonEmptyGroup, DeleteOffset("t").Top);
        Assert.Equal(
            ErrorCode.GroupIdNotFound,
            _tester.Call(new OffsetDeleteRequest { GroupId = "none" }, 0).ErrorCode);
    }

    private ErrorCode Delete(string groupId) =>
        Assert.Single(_tester.Call(new DeleteGroupsRequest { GroupsNames = [groupId] }, 2).Results).ErrorCode;

    private (ErrorCode Top, ErrorCode Partition) DeleteOffset(string topic)
    {
        var partition = new OffsetDeleteRequest.OffsetDeleteRequestPartition { PartitionIndex = 0 };
        var request = new OffsetDeleteRequest
        {
            GroupId = Group,
            Topics = [new OffsetDeleteRequest.OffsetDeleteRequestTopic { Name = topic, Partitions = [partition] }],
        };
        var response = _tester.Call(request, 0);
        var result = response.Topics.FirstOrDefault()?.Partitions[0].ErrorCode ?? response.ErrorCode;
        return (response.ErrorCode, result);
    }
}
