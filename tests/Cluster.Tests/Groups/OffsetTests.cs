using Platform.Cluster.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

/// <summary>Who may commit offsets, what is stored, and what is read.</summary>
public sealed class OffsetTests
{
    private readonly GroupTester _tester = new();

    [Fact]
    public void A_commit_is_one_record_of_version_3()
    {
        var request = Commit(5);
        request.Topics[0].Partitions[0].CommittedLeaderEpoch = 4;

        Assert.Equal(ErrorCode.None, _tester.CommitError(request));

        var record = Assert.Single(_tester.Log);
        var key = Assert.IsType<OffsetCommitKey>(record.Key);
        var value = Assert.IsType<OffsetCommitValue>(record.Value);
        Assert.Equal((Group, "t", 0), (key.Group, key.Topic, key.Partition));
        Assert.Equal(
            (5, 4, "note", _tester.NowMs),
            (value.Offset, value.LeaderEpoch, value.Metadata, value.CommitTimestamp));
        Assert.Equal(3, record.ValueVersion);
    }

    [Fact]
    public void A_commit_with_a_topic_id_is_a_record_of_version_4()
    {
        var request = Commit(5);
        request.Topics[0].TopicId = new Uuid(1, 2);

        _tester.CommitError(request, version: 10);

        var record = Assert.Single(_tester.Log);
        Assert.Equal(4, record.ValueVersion);
        Assert.Equal(new Uuid(1, 2), Assert.IsType<OffsetCommitValue>(record.Value).TopicId);
    }

    [Fact]
    public void A_commit_with_a_retention_is_a_record_of_version_1()
    {
        var request = Commit(5);
        request.RetentionTimeMs = 1_000;

        _tester.CommitError(request, version: 4);

        var record = Assert.Single(_tester.Log);
        Assert.Equal(1, record.ValueVersion);
        Assert.Equal(_tester.NowMs + 1_000, Assert.IsType<OffsetCommitValue>(record.Value).ExpireTimestamp);
    }

    [Fact]
    public void What_was_committed_is_fetched()
    {
        var request = Commit(5, partition: 3);
        request.Topics[0].Partitions[0].CommittedLeaderEpoch = 4;
        _tester.CommitError(request);

        var partition = Assert.Single(Assert.Single(_tester.Fetch("t", 3).Topics).Partitions);

        Assert.Equal(
            (3, 5, 4, "note", ErrorCode.None),
            (partition.PartitionIndex, partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.Metadata,
                partition.ErrorCode));
    }

    [Fact]
    public void A_partition_or_group_without_offsets_is_minus_one_and_no_error()
    {
        var group = _tester.Fetch("t", 0);

        var partition = Assert.Single(Assert.Single(group.Topics).Partitions);
        Assert.Equal(ErrorCode.None, group.ErrorCode);
        Assert.Equal(
            (-1, -1, "", ErrorCode.None),
            (partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.Metadata, partition.ErrorCode));
    }

    [Fact]
    public void Without_topics_all_offsets_of_the_group_are_fetched()
    {
        _tester.CommitError(Commit(1, topic: "b"));
        _tester.CommitError(Commit(2, topic: "a", partition: 1));
        _tester.CommitError(Commit(3, topic: "a", partition: 0));
        var all = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = Group, Topics = null };

        var topics = Assert.Single(_tester.Call(new OffsetFetchRequest { Groups = [all] }, 8).Groups).Topics;

        Assert.Equal(["a", "b"], topics.Select(topic => topic.Name));
        Assert.Equal([3, 2], topics[0].Partitions.Select(partition => partition.CommittedOffset));
    }

    [Fact]
    public void An_offset_that_cannot_be_stored_is_not_there()
    {
        _tester.AppendError = ErrorCode.CoordinatorNotAvailable;

        var commit = _tester.Send(Commit(5), 8);

        Assert.Equal(ErrorCode.CoordinatorNotAvailable, _tester.Failure(commit));
        Assert.Equal(-1, _tester.Committed());
    }

    [Fact]
    public void Metadata_that_is_too_long_fails_its_own_partition_only()
    {
        var request = Commit(5);
        request.Topics[0].Partitions.Add(new OffsetCommitRequest.OffsetCommitRequestPartition
        {
            PartitionIndex = 1,
            CommittedMetadata = new string('x', 4_097),
        });

        var response = Assert.Single(_tester.Call(request, 8).Topics);

        Assert.Equal(
            [ErrorCode.None, ErrorCode.OffsetMetadataTooLarge],
            response.Partitions.Select(partition => partition.ErrorCode));
        Assert.Single(_tester.Log);
    }

    [Fact]
    public void A_member_of_the_current_generation_commits()
    {
        var ids = _tester.StableGroup(1);

        Assert.Equal(ErrorCode.None, _tester.CommitError(Commit(5, ids[0], 1)));
        Assert.Equal(5, _tester.Committed());
    }

    [Fact]
    public void Others_may_not_commit_while_the_group_has_members()
    {
        var ids = _tester.StableGroup(1);

        Assert.Equal(ErrorCode.UnknownMemberId, _tester.CommitError(Commit(5)));
        Assert.Equal(ErrorCode.UnknownMemberId, _tester.CommitError(Commit(5, "ghost", 1)));
        Assert.Equal(ErrorCode.IllegalGeneration, _tester.CommitError(Commit(5, ids[0], 2)));
    }

    [Theory]
    [InlineData(8, ErrorCode.IllegalGeneration)]
    [InlineData(9, ErrorCode.GroupIdNotFound)]
    public void A_member_of_a_group_that_does_not_exist_may_not_commit(short version, ErrorCode expected)
    {
        Assert.Equal(expected, _tester.CommitError(Commit(5, "ghost", 1), version));
    }

    [Fact]
    public void Members_commit_while_others_rejoin_but_not_before_the_assignment()
    {
        var ids = _tester.StableGroup(2);

        var first = _tester.Send(Join(ids[0]), JoinVersion);
        var rejoining = _tester.CommitError(Commit(5, ids[1], 1));
        _tester.Send(Join(ids[1]), JoinVersion);
        var assigning = _tester.CommitError(Commit(6, ids[1], 2));

        Assert.Equal(2, _tester.Answer<JoinGroupResponse>(first).GenerationId);
        Assert.Equal((ErrorCode.None, ErrorCode.RebalanceInProgress), (rejoining, assigning));
    }

    [Fact]
    public void A_commit_counts_as_a_heartbeat()
    {
        var ids = _tester.StableGroup(1);

        _tester.Advance(SessionMs - 1);
        _tester.CommitError(Commit(5, ids[0], 1));
        _tester.Advance(SessionMs - 1);

        Assert.Equal("Stable", _tester.Describe().GroupState);
    }

    [Fact]
    public void Anyone_commits_to_an_empty_group()
    {
        var ids = _tester.StableGroup(1);
        _tester.Call(Leave((ids[0], null)), 5);

        Assert.Equal(ErrorCode.None, _tester.CommitError(Commit(5)));
    }

    [Fact]
    public void A_deleted_topic_takes_its_offsets_along()
    {
        _tester.CommitError(Commit(5, topic: "gone"));
        _tester.CommitError(Commit(6, topic: "kept"));

        _tester.DeleteTopics("gone", "never");

        Assert.Equal((-1, 6), (_tester.Committed("gone"), _tester.Committed("kept")));
    }
}
