using Platform.Cluster.Raft;

namespace Platform.Cluster.Tests.Raft;

public sealed class RaftLogFactsTests
{
    // Offsets 0-4 are of epoch 1, 5-7 of epoch 3, 8-9 of epoch 4.
    private readonly RaftLogFacts _log = new(default, 10, [new(1, 0), new(3, 5), new(4, 8)]);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 5)]
    [InlineData(2, 1, 5)]
    [InlineData(3, 3, 8)]
    [InlineData(4, 4, 10)]
    [InlineData(9, 4, 10)]
    public void An_epoch_ends_where_the_next_one_begins(int asked, int epoch, long endOffset) =>
        Assert.Equal(new OffsetAndEpoch(endOffset, epoch), _log.EndOffsetForEpoch(asked));

    [Fact]
    public void Appending_in_a_new_epoch_begins_it_at_the_end_of_the_log()
    {
        _log.Append(7, 12);

        Assert.Equal(new EpochStart(7, 10), _log.Epochs[^1]);
        Assert.Equal(new OffsetAndEpoch(12, 7), _log.End);
    }

    [Fact]
    public void Truncation_forgets_epochs_without_records_and_what_was_flushed_beyond_it()
    {
        _log.TruncateTo(8);

        Assert.Equal(new OffsetAndEpoch(8, 3), _log.End);
        Assert.Equal(8, _log.FlushedOffset);
    }

    [Fact]
    public void What_is_appended_counts_as_flushed_only_when_it_was_said_so()
    {
        _log.Append(4, 15);
        _log.FlushedTo(12);

        Assert.Equal(12, _log.FlushedOffset);
    }

    [Theory]
    [InlineData(5, 2, true)]
    [InlineData(9, 1, false)]
    [InlineData(10, 2, true)]
    [InlineData(4, 2, false)]
    [InlineData(1, 3, true)]
    public void A_later_epoch_beats_a_longer_log(long offset, int epoch, bool isUpToDate) =>
        Assert.Equal(isUpToDate, new OffsetAndEpoch(offset, epoch).IsAtLeastAsUpToDateAs(new OffsetAndEpoch(5, 2)));

    [Fact]
    public void A_log_that_begins_at_a_snapshot_knows_the_epoch_of_what_came_before()
    {
        _log.SnapshotTaken(new OffsetAndEpoch(8, 3), new OffsetAndEpoch(8, 3));

        Assert.Equal(8, _log.StartOffset);
        Assert.Equal([new EpochStart(4, 8)], _log.Epochs);
        Assert.Equal(new OffsetAndEpoch(8, 3), _log.EndOffsetForEpoch(3));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(5, 1, true)]
    [InlineData(8, 3, false)]
    [InlineData(8, 2, true)]
    [InlineData(9, 4, false)]
    public void Who_lacks_what_only_the_snapshot_holds_is_sent_to_it(long offset, int lastEpoch, bool isBehind)
    {
        _log.SnapshotTaken(new OffsetAndEpoch(8, 3), new OffsetAndEpoch(8, 3));

        Assert.Equal(isBehind, _log.IsBehindSnapshot(offset, lastEpoch));
    }

    [Fact]
    public void After_a_snapshot_the_log_goes_on_in_the_epoch_of_the_snapshot()
    {
        _log.ResetTo(new OffsetAndEpoch(50, 7));
        _log.Append(7, 53);

        Assert.Equal(new OffsetAndEpoch(53, 7), _log.End);
        Assert.Equal(new OffsetAndEpoch(53, 7), _log.EndOffsetForEpoch(7));
    }
}
