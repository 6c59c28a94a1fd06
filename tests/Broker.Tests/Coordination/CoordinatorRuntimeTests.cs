using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using static Platform.Broker.Tests.Coordination.GroupCoordinatorHost;

namespace Platform.Broker.Tests.Coordination;

/// <summary>The shell around shards, seen through the group coordinator.</summary>
public sealed class CoordinatorRuntimeTests
{
    [Fact]
    public void A_partition_that_is_led_elsewhere_is_not_coordinated()
    {
        var host = new GroupCoordinatorHost(elected: false);

        Assert.Equal(ErrorCode.NotCoordinator, ErrorOf(host.CommitOffsetAsync(1)));
        Assert.Equal(ErrorCode.NotCoordinator, Answer(host.JoinAsync()).ErrorCode);
    }

    [Fact]
    public void While_loading_clients_are_asked_to_wait()
    {
        var host = new GroupCoordinatorHost(elected: false);

        host.Coordinator.OnElection(0, leaderEpoch: 1);

        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, ErrorOf(host.CommitOffsetAsync(1)));
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, Answer(host.JoinAsync()).ErrorCode);
        Assert.Equal(
            ErrorCode.CoordinatorLoadInProgress,
            Answer(host.Coordinator.ListGroupsAsync(new ListGroupsRequest(), Speaking(4)).AsTask()).ErrorCode);
    }

    [Fact]
    public void While_loading_heartbeats_succeed_and_syncs_are_sent_back_to_join()
    {
        var host = new GroupCoordinatorHost(elected: false);
        host.Coordinator.OnElection(0, leaderEpoch: 1);

        var heartbeat = host.Coordinator.HeartbeatAsync(new HeartbeatRequest { GroupId = "g" }, Speaking(4)).AsTask();
        var sync = host.Coordinator.SyncGroupAsync(new SyncGroupRequest { GroupId = "g" }, Speaking(5)).AsTask();

        Assert.Equal(ErrorCode.None, Answer(heartbeat).ErrorCode);
        Assert.Equal(ErrorCode.RebalanceInProgress, Answer(sync).ErrorCode);
    }

    [Fact]
    public void A_commit_is_appended_in_the_epoch_of_the_election_and_answered()
    {
        var host = new GroupCoordinatorHost();

        var commit = host.CommitOffsetAsync(7);

        Assert.Equal(ErrorCode.None, ErrorOf(commit));
        Assert.Equal([1], host.Log.AppendEpochs);
        Assert.Equal(7, OffsetOf(host.FetchOffsetAsync()));
    }

    [Fact]
    public void A_commit_is_answered_when_the_high_watermark_passes_its_batch()
    {
        var host = new GroupCoordinatorHost(new FakeCoordinatorLog { CommitsAtOnce = false });

        var first = host.CommitOffsetAsync(7);
        var second = host.CommitOffsetAsync(8);
        Assert.False(first.IsCompleted);
        host.Commit(1);

        Assert.Equal(ErrorCode.None, ErrorOf(first));
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task An_answer_may_lead_to_the_next_request_even_when_an_append_commits_it()
    {
        var host = new GroupCoordinatorHost(new FakeCoordinatorLog { CommitsAtOnce = false });
        var first = host.CommitOffsetAsync(7);
        var next = first.ContinueWith(
            _ => OffsetOf(host.FetchOffsetAsync()),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        host.Log.CommitsAtOnce = true;
        host.Log.OnCommit = offset => host.Coordinator.OnHighWatermark(0, offset);

        var second = host.CommitOffsetAsync(8);

        Assert.Equal(ErrorCode.None, ErrorOf(second));
        Assert.Equal(8, await next);
    }

    [Fact]
    public void A_read_waits_for_the_last_write_before_it()
    {
        var host = new GroupCoordinatorHost(new FakeCoordinatorLog { CommitsAtOnce = false });
        _ = host.CommitOffsetAsync(7);

        var fetch = host.FetchOffsetAsync();
        Assert.False(fetch.IsCompleted);
        host.Commit(1);

        Assert.Equal(7, OffsetOf(fetch));
    }

    [Fact]
    public void A_heartbeat_waits_for_nothing()
    {
        var host = new GroupCoordinatorHost(new FakeCoordinatorLog { CommitsAtOnce = false });
        _ = host.CommitOffsetAsync(7);

        var heartbeat = host.Coordinator.HeartbeatAsync(new HeartbeatRequest { GroupId = "g" }, Speaking(4)).AsTask();

        Assert.Equal(ErrorCode.UnknownMemberId, Answer(heartbeat).ErrorCode);
    }

    [Fact]
    public void A_write_that_is_not_committed_in_time_fails_with_a_retriable_error()
    {
        var host = new GroupCoordinatorHost(new FakeCoordinatorLog { CommitsAtOnce = false });
        var commit = host.CommitOffsetAsync(7);

        host.Advance(4_999);
        Assert.False(commit.IsCompleted);
        host.Advance(1);

        Assert.Equal(ErrorCode.CoordinatorNotAvailable, ErrorOf(commit));
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator)]
    [InlineData(ErrorCode.NotEnoughReplicas, ErrorCode.CoordinatorNotAvailable)]
    public void A_refused_append_changes_nothing_and_is_translated(ErrorCode log, ErrorCode client)
    {
        var host = new GroupCoordinatorHost();
        host.Log.AppendError = log;

        Assert.Equal(client, ErrorOf(host.CommitOffsetAsync(7)));
        Assert.Equal(-1, OffsetOf(host.FetchOffsetAsync()));
    }

    [Fact]
    public void A_resignation_sends_everybody_who_waits_to_the_new_coordinator()
    {
        var host = new GroupCoordinatorHost(new FakeCoordinatorLog { CommitsAtOnce = false });
        var commit = host.CommitOffsetAsync(7);
        var join = host.JoinAsync();

        host.Coordinator.OnResignation(0);

        Assert.Equal(ErrorCode.NotCoordinator, ErrorOf(commit));
        Assert.Equal(ErrorCode.NotCoordinator, Answer(join).ErrorCode);
    }

    [Fact]
    public void A_new_leader_reads_what_the_old_one_wrote()
    {
        var old = new GroupCoordinatorHost();
        _ = old.CommitOffsetAsync(7);
        _ = old.CommitOffsetAsync(8, groupId: "other");

        var host = new GroupCoordinatorHost(old.Log);

        Assert.Equal(7, OffsetOf(host.FetchOffsetAsync()));
        Assert.Equal(8, OffsetOf(host.FetchOffsetAsync("other")));
    }

    [Fact]
    public void What_was_loaded_but_not_committed_is_not_shown_yet()
    {
        var old = new GroupCoordinatorHost(new FakeCoordinatorLog { CommitsAtOnce = false });
        _ = old.CommitOffsetAsync(7);
        var host = new GroupCoordinatorHost(old.Log);

        var fetch = host.FetchOffsetAsync();
        Assert.False(fetch.IsCompleted);
        host.Commit(1);

        Assert.Equal(7, OffsetOf(fetch));
    }

    [Fact]
    public void A_second_election_in_the_same_epoch_changes_nothing()
    {
        var host = new GroupCoordinatorHost();
        var join = host.JoinAsync();

        host.Coordinator.OnElection(0, leaderEpoch: 1);

        Assert.False(join.IsCompleted);
    }

    [Fact]
    public void An_election_in_a_later_epoch_loads_again()
    {
        var host = new GroupCoordinatorHost();
        var join = host.JoinAsync();

        host.Coordinator.OnElection(0, leaderEpoch: 2);
        host.Load();
        _ = host.CommitOffsetAsync(7, groupId: "other");

        Assert.Equal(ErrorCode.NotCoordinator, Answer(join).ErrorCode);
        Assert.Equal(2, host.Log.AppendEpochs[^1]);
    }

    [Fact]
    public void A_partition_that_cannot_be_read_is_not_coordinated()
    {
        var host = new GroupCoordinatorHost(new FakeCoordinatorLog { ReadError = ErrorCode.KafkaStorageError });

        Assert.Equal(ErrorCode.NotCoordinator, ErrorOf(host.CommitOffsetAsync(7)));
    }

    [Fact]
    public void A_partition_with_a_corrupt_batch_is_not_coordinated()
    {
        var log = new FakeCoordinatorLog();
        var batch = Batch([0, 1], [0, 3]);
        batch[^1] ^= 1;
        log.Add(batch);

        var host = new GroupCoordinatorHost(log);

        Assert.Equal(ErrorCode.NotCoordinator, ErrorOf(host.CommitOffsetAsync(7)));
    }

    [Fact]
    public void A_partition_that_ends_within_a_batch_is_not_coordinated()
    {
        var log = new FakeCoordinatorLog();
        log.Add(Batch([0, 1], [0, 3])[..^1]);

        var host = new GroupCoordinatorHost(log);

        Assert.Equal(ErrorCode.NotCoordinator, ErrorOf(host.CommitOffsetAsync(7)));
    }

    [Fact]
    public void Records_of_unknown_types_are_passed_over()
    {
        var log = new FakeCoordinatorLog();
        log.Add(Batch([0, 99, 1, 2, 3], [0, 0]));
        log.Add(Batch(null, [1]));

        var host = new GroupCoordinatorHost(log);

        Assert.Equal(ErrorCode.None, ErrorOf(host.CommitOffsetAsync(7)));
    }

    [Fact]
    public void Ticks_fire_timers()
    {
        var host = new GroupCoordinatorHost();
        var join = host.JoinAsync();

        host.Advance(2_999);
        Assert.False(join.IsCompleted);
        host.Advance(1);

        Assert.Equal(1, Answer(join).GenerationId);
    }

    [Fact]
    public void Deleted_topics_lose_their_offsets()
    {
        var host = new GroupCoordinatorHost();
        _ = host.CommitOffsetAsync(7);

        host.Coordinator.OnTopicsDeleted(["t"]);

        Assert.Equal(-1, OffsetOf(host.FetchOffsetAsync()));
    }

    [Fact]
    public void A_large_cleanup_is_split_over_batches()
    {
        var host = new GroupCoordinatorHost();
        for (var i = 0; i < 1_001; i++)
            _ = host.CommitOffsetAsync(i, groupId: $"g{i}");
        var before = host.Log.BatchCount;

        host.Coordinator.OnTopicsDeleted(["t"]);

        Assert.Equal(2, host.Log.BatchCount - before);
    }

    [Fact]
    public void Groups_of_all_shards_are_listed_described_and_deleted_together()
    {
        var host = new GroupCoordinatorHost();
        _ = host.CommitOffsetAsync(1, groupId: "a");
        _ = host.CommitOffsetAsync(1, groupId: "b");
        var groups = new DescribeGroupsRequest { Groups = ["b", "a"] };
        var doomed = new DeleteGroupsRequest { GroupsNames = ["a", "none", "a"] };

        var described = Answer(host.Coordinator.DescribeGroupsAsync(groups, Speaking(6)).AsTask());
        var deleted = Answer(host.Coordinator.DeleteGroupsAsync(doomed, Speaking(3)).AsTask());
        var listed = Answer(host.Coordinator.ListGroupsAsync(new ListGroupsRequest(), Speaking(5)).AsTask());

        Assert.Equal(["b", "a"], described.Groups.Select(group => group.GroupId));
        Assert.Equal(
            [ErrorCode.None, ErrorCode.GroupIdNotFound],
            deleted.Results.Select(result => result.ErrorCode));
        Assert.Equal("b", Assert.Single(listed.Groups).GroupId);
    }

    [Fact]
    public void Members_need_a_group_with_a_name()
    {
        var host = new GroupCoordinatorHost();

        var heartbeat = host.Coordinator.HeartbeatAsync(new HeartbeatRequest(), Speaking(4)).AsTask();

        Assert.Equal(ErrorCode.InvalidGroupId, Answer(heartbeat).ErrorCode);
        Assert.Equal(ErrorCode.None, ErrorOf(host.CommitOffsetAsync(1, groupId: "")));
    }

    [Fact]
    public void A_group_belongs_to_the_partition_that_its_hash_names()
    {
        var host = new GroupCoordinatorHost();

        Assert.Equal(0, host.Coordinator.PartitionFor("anything"));
        Assert.Equal(97 % 50, JavaHash.PartitionFor("a", 50));
    }

    private static byte[] Batch(byte[]? key, byte[]? value)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, key, value);
        return builder.Build();
    }
}
