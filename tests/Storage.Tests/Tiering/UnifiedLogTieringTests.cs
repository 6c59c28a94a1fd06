using Platform.Protocol;
using Platform.Storage.Tests.Logs;
using Platform.Testing;

namespace Platform.Storage.Tests.Tiering;

/// <summary>A log whose older part is remote, on a disk in memory.</summary>
public sealed class UnifiedLogTieringTests
{
    private static readonly LogConfig Tiered = LogConfig.Default with
    {
        SegmentBytes = 2_000, RemoteStorageEnable = true, LocalRetentionBytes = 1, RetentionMs = -1,
    };

    private readonly LogHarness _harness = new(Tiered);

    [Fact]
    public void Without_anything_remote_no_segment_is_deleted()
    {
        _harness.AppendMany(30);

        Assert.Equal(0, _harness.Log.DeleteOldSegments(nowMs: long.MaxValue / 2));

        Assert.Equal((0, 0), (_harness.Log.LogStartOffset, _harness.Log.LocalLogStartOffset));
    }

    [Fact]
    public void What_is_remote_is_deleted_locally_and_the_log_still_begins_where_it_did()
    {
        var border = Tier();

        Assert.Equal((0L, border), (_harness.Log.LogStartOffset, _harness.Log.LocalLogStartOffset));
        Assert.Equal(ErrorCode.OffsetMovedToTieredStorage,
            _harness.Log.Read(border - 1, 1000, FetchIsolation.LogEnd, minOneMessage: true).Error);
        Assert.Equal(ErrorCode.None, _harness.Log.Read(border, 1000, FetchIsolation.LogEnd, minOneMessage: true).Error);
        Assert.Equal(0, _harness.Log.EpochForOffset(0));
    }

    [Fact]
    public void When_the_topic_is_no_longer_tiered_the_log_begins_with_what_is_local()
    {
        var border = Tier();

        _harness.Log.Config = Tiered with { RemoteStorageEnable = false };

        Assert.Equal((border, border), (_harness.Log.LogStartOffset, _harness.Log.LocalLogStartOffset));
        Assert.Equal(ErrorCode.OffsetOutOfRange,
            _harness.Log.Read(border - 1, 1000, FetchIsolation.LogEnd, minOneMessage: true).Error);
    }

    [Fact]
    public void A_segment_is_offered_with_all_its_files_and_the_epochs_up_to_its_end()
    {
        for (var epoch = 0; epoch < 3; epoch++)
            for (var i = 0; i < 10; i++)
                _harness.Append(TestBatches.OfSize(500, seed: i), epoch);
        var segments = _harness.Log.LocalSegments;
        var second = segments[1];

        var opened = _harness.Log.OpenForCopy(second.BaseOffset)!;

        Assert.Equal((second.BaseOffset, second.EndOffset - 1, second.SizeInBytes),
            (opened.StartOffset, opened.EndOffset, opened.SizeInBytes));
        Assert.All([opened.Data.LogSegment, opened.Data.OffsetIndex, opened.Data.TimeIndex, opened.Data.ProducerSnapshotIndex],
            file => Assert.True(_harness.Files.FileExists(file), file));
        Assert.Equal(_harness.Log.EpochForOffset(second.BaseOffset), opened.LeaderEpochs[0].Epoch);
        Assert.Equal(second.BaseOffset, opened.LeaderEpochs[0].StartOffset);
        Assert.StartsWith("0\n", System.Text.Encoding.UTF8.GetString(opened.Data.LeaderEpochIndex.Span));
        Assert.Null(_harness.Log.OpenForCopy(segments[^1].BaseOffset));
    }

    [Fact]
    public void A_producer_snapshot_that_was_lost_is_made_again()
    {
        for (var i = 0; i < 30; i++)
            _harness.Append(TestBatches.Idempotent(7, 0, i));
        _harness.Log.Roll();
        for (var i = 30; i < 40; i++)
            _harness.Append(TestBatches.Idempotent(7, 0, i));
        _harness.Log.Roll();
        _harness.Append(TestBatches.Idempotent(7, 0, 40));
        var first = _harness.Log.LocalSegments[0];
        var before = AtomicFile.Read(_harness.Files, _harness.Log.OpenForCopy(first.BaseOffset)!.Data.ProducerSnapshotIndex);
        _harness.Files.DeleteFile(_harness.Log.OpenForCopy(first.BaseOffset)!.Data.ProducerSnapshotIndex);

        var again = AtomicFile.Read(_harness.Files, _harness.Log.OpenForCopy(first.BaseOffset)!.Data.ProducerSnapshotIndex);

        Assert.Equal(before, again);
    }

    [Fact]
    public void A_follower_takes_epochs_and_producers_from_remote_storage()
    {
        var leader = new LogHarness(Tiered with { SegmentBytes = 1 << 20 });
        for (var epoch = 0; epoch < 2; epoch++)
            for (var i = 0; i < 20; i++)
                leader.Append(TestBatches.Idempotent(7, (short)epoch, i), epoch);
        leader.Log.Roll();
        var opened = leader.Log.OpenForCopy(0) ?? throw new InvalidOperationException("no closed segment");
        var snapshot = AtomicFile.Read(leader.Files, opened.Data.ProducerSnapshotIndex)!;

        _harness.Log.RebuildFromRemote(opened.EndOffset + 1, logStart: 5, opened.Data.LeaderEpochIndex, snapshot);

        var log = _harness.Log;
        Assert.Equal((5L, 40L, 40L), (log.LogStartOffset, log.LocalLogStartOffset, log.LogEndOffset));
        Assert.Equal([(0, 5L), (1, 20L)], log.LeaderEpochs);
        Assert.Equal(leader.Log.DescribeProducers(), log.DescribeProducers());
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, _harness.Append(TestBatches.Idempotent(7, 1, 25), 1).Error);
        Assert.Equal(ErrorCode.None, _harness.Append(TestBatches.Idempotent(7, 1, 20), 1).Error);
    }

    [Fact]
    public void Damaged_epochs_of_remote_storage_change_nothing()
    {
        _harness.AppendMany(10);

        Assert.Throws<CorruptLogException>(
            () => _harness.Log.RebuildFromRemote(100, 0, "no checkpoint"u8.ToArray(), ReadOnlyMemory<byte>.Empty));

        Assert.Equal(10, _harness.Log.LogEndOffset);
    }

    [Fact]
    public void A_cut_before_the_local_part_keeps_the_remote_one()
    {
        var border = Tier();

        _harness.Log.TruncateTo(border - 3);

        var log = _harness.Log;
        Assert.Equal((0L, border - 3, border - 3), (log.LogStartOffset, log.LocalLogStartOffset, log.LogEndOffset));
        Assert.Equal(0, log.EpochForOffset(0));
        Assert.True(log.HighestOffsetInRemoteStorage < border - 3);
    }

    // Copies everything that is closed, and lets local retention do its work.
    private long Tier()
    {
        _harness.AppendMany(30);
        var border = _harness.Log.LocalSegments[^1].BaseOffset;
        _harness.Log.SetHighestOffsetInRemoteStorage(border - 1);
        Assert.True(_harness.Log.DeleteOldSegments(nowMs: 2_000) > 3);
        return border;
    }
}
