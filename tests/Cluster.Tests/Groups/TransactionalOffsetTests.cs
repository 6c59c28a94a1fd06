using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Groups;

/// <summary>Offsets that are part of a transaction (KIP-447): they count once it is committed, and not before.</summary>
public sealed class TransactionalOffsetTests
{
    private static readonly ProducerIdAndEpoch Producer = new(7, 0);
    private readonly GroupTester _coordinator = new();

    [Theory, InlineData(true, 5), InlineData(false, -1)]
    public void Offsets_count_once_the_transaction_is_committed(bool commit, long expected)
    {
        Assert.Equal(ErrorCode.None, CommitInTransaction(5));
        Assert.Equal(-1, Fetch().Offset);

        _coordinator.Shard.ApplyEndTransaction(Producer, commit);

        Assert.Equal((expected, ErrorCode.None), Fetch());
    }

    [Fact]
    public void Whoever_wants_stable_offsets_is_asked_to_come_again_while_the_transaction_is_open()
    {
        CommitInTransaction(5);

        Assert.Equal((-1, ErrorCode.UnstableOffsetCommit), Fetch(requireStable: true));
        _coordinator.Shard.ApplyEndTransaction(Producer, isCommitted: true);
        Assert.Equal((5, ErrorCode.None), Fetch(requireStable: true));
    }

    [Fact]
    public void A_commit_that_came_later_is_not_undone_by_the_end_of_an_earlier_one()
    {
        CommitInTransaction(5);
        Commit(9);

        _coordinator.Shard.ApplyEndTransaction(Producer, isCommitted: true);

        Assert.Equal(9, Fetch().Offset);
    }

    [Fact]
    public void The_end_of_another_producers_transaction_changes_nothing()
    {
        CommitInTransaction(5);

        _coordinator.Shard.ApplyEndTransaction(new ProducerIdAndEpoch(8, 0), isCommitted: true);

        Assert.Equal(-1, Fetch().Offset);
    }

    [Fact]
    public void A_member_of_an_older_generation_is_refused() => Assert.Equal(
        ErrorCode.IllegalGeneration, CommitInTransaction(5, generation: 3, memberId: "gone"));

    [Fact]
    public void Offsets_of_an_open_transaction_do_not_expire()
    {
        Commit(1);
        CommitInTransaction(5);

        _coordinator.Advance(30L * 24 * 60 * 60 * 1000);

        Assert.Equal(1, Fetch().Offset);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_transaction_that_is_open_when_its_topic_is_deleted_commits_no_offset_of_it(bool afterFailover)
    {
        CommitInTransaction(5);

        _coordinator.DeleteTopics("orders");
        var coordinator = afterFailover ? _coordinator.Failover() : _coordinator;
        coordinator.Shard.ApplyEndTransaction(Producer, isCommitted: true);

        Assert.Equal((-1, ErrorCode.None), Fetch(coordinator));
    }

    private ErrorCode CommitInTransaction(long offset, int generation = -1, string memberId = "") => _coordinator.Call(
        new TxnOffsetCommitRequest
        {
            TransactionalId = "t", GroupId = "g", ProducerId = Producer.ProducerId, ProducerEpoch = Producer.Epoch,
            GenerationIdOrMemberEpoch = generation, MemberId = memberId,
            Topics = [new() { Name = "orders", Partitions = [new() { CommittedOffset = offset }] }],
        }, 3).Topics[0].Partitions[0].ErrorCode;

    private void Commit(long offset) => _coordinator.Call(new OffsetCommitRequest
    {
        GroupId = "g", Topics = [new() { Name = "orders", Partitions = [new() { CommittedOffset = offset }] }],
    }, 8);

    private (long Offset, ErrorCode Error) Fetch(bool requireStable = false) => Fetch(_coordinator, requireStable);

    private static (long Offset, ErrorCode Error) Fetch(GroupTester coordinator, bool requireStable = false)
    {
        var partition = coordinator.Call(new OffsetFetchRequest
        {
            RequireStable = requireStable,
            Groups = [new() { GroupId = "g", Topics = [new() { Name = "orders", PartitionIndexes = [0] }] }],
        }, 8).Groups[0].Topics[0].Partitions[0];
        return (partition.CommittedOffset, partition.ErrorCode);
    }
}
