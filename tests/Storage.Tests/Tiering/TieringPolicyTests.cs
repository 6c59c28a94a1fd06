using Platform.Protocol;

namespace Platform.Storage.Tests.Tiering;

/// <summary>What is copied, what is deleted where, and how far a log is remote: decisions without a disk.</summary>
public sealed class TieringPolicyTests
{
    private static readonly LogConfig Tiered = LogConfig.Default with { RemoteStorageEnable = true, RetentionMs = -1 };
    private readonly RemoteLogMetadataCache _cache = new();

    [Theory]
    [InlineData(-1, 300, 0, "0,100")]       // nothing remote: all closed ones below the stable offset
    [InlineData(99, 300, 0, "100")]
    [InlineData(150, 300, 0, "100")]        // half of it is remote: all of it is copied again
    [InlineData(-1, 250, 0, "0,100")]       // the newest is never copied
    [InlineData(-1, 199, 0, "0")]           // an open transaction holds back what it is in
    [InlineData(-1, 300, 100, "100")]       // what the log does not begin with any more is not copied
    [InlineData(199, 300, 0, "")]
    public void Closed_segments_below_the_stable_offset_that_are_not_remote_are_copied_in_order(
        long highestRemote, long stable, long logStart, string expected)
    {
        LocalSegment[] segments = [Segment(0, 100), Segment(100, 200), Segment(200, 300, isActive: true)];

        var chosen = CopyPolicy.Choose(segments, new CopyPosition(logStart, stable, highestRemote, NowMs: 1000), Tiered);

        Assert.Equal(expected, string.Join(',', chosen.Select(segment => segment.BaseOffset)));
    }

    [Theory]
    [InlineData(0, 0, "0,100")]
    [InlineData(500, 0, "0")]        // only the first is that old
    [InlineData(0, 150, "0")]        // so much lies behind the first only
    [InlineData(5_000, 0, "")]
    public void A_copy_may_wait_until_a_segment_is_old_or_much_lies_behind_it(long lagMs, long lagBytes, string expected)
    {
        LocalSegment[] segments = [Segment(0, 100, timestamp: 100), Segment(100, 200, timestamp: 900),
            Segment(200, 300, isActive: true)];
        var config = Tiered with { RemoteCopyLagMs = lagMs, RemoteCopyLagBytes = lagBytes };

        var chosen = CopyPolicy.Choose(segments, new CopyPosition(0, 300, -1, NowMs: 1000), config);

        Assert.Equal(expected, string.Join(',', chosen.Select(segment => segment.BaseOffset)));
    }

    [Theory]
    [InlineData(0, -1, 0)]        // nothing is remote: nothing goes
    [InlineData(0, 99, 1)]
    [InlineData(0, 150, 1)]       // half remote is not remote
    [InlineData(0, 299, 2)]       // never the newest
    [InlineData(200, -1, 2)]      // the log begins behind them
    public void Local_segments_go_only_when_they_are_remote_or_below_the_begin(long logStart, long highestRemote, int expected)
    {
        SegmentSummary[] segments = [new(0, 100, 100, 1), new(100, 200, 100, 1), new(200, 300, 100, 1)];
        var config = Tiered with { LocalRetentionMs = 10 };

        Assert.Equal(expected, LocalRetentionPolicy.CountDeletable(segments, config, logStart, highestRemote, 300, nowMs: 1000));
    }

    // Goal: nothing is deleted locally that is not remote, for any settings. Method: random logs and settings.
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public void No_local_segment_goes_before_it_is_remote(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var segments = new SegmentSummary[random.Next(1, 8)];
            var offset = (long)random.Next(0, 50);
            for (var i = 0; i < segments.Length; i++)
                segments[i] = new SegmentSummary(offset, offset += random.Next(1, 30), random.Next(0, 100), random.Next(0, 1000));
            var config = Tiered with
            {
                RetentionMs = random.Next(-1, 500), RetentionBytes = random.Next(-1, 300),
                LocalRetentionMs = random.Next(-2, 500), LocalRetentionBytes = random.Next(-2, 300),
            };
            var (logStart, remote) = ((long)random.Next(0, 80), (long)random.Next(-1, 200));

            var count = LocalRetentionPolicy.CountDeletable(segments, config, logStart, remote, offset, nowMs: 1000);

            Assert.True(count < segments.Length);
            Assert.All(segments[..count], s => Assert.True(s.EndOffset - 1 <= remote || s.EndOffset <= logStart));
        }
    }

    [Fact]
    public void A_log_is_remote_up_to_the_first_hole()
    {
        _cache.AddFinished(Copies.Of(0, 9, id: 1));
        _cache.AddFinished(Copies.Of(10, 19, id: 2));
        _cache.AddFinished(Copies.Of(30, 39, id: 3));
        var lineage = new LeaderEpochLineage([(0, 0)], 100);

        Assert.Equal(19, RemoteCoverage.HighestOffset(_cache, lineage, from: 0));
        Assert.Equal(19, RemoteCoverage.HighestOffset(_cache, lineage, from: 20));
        Assert.Equal(RemoteCoverage.Nothing, RemoteCoverage.HighestOffset(_cache, lineage, from: 25));
        Assert.Equal(39, RemoteCoverage.HighestOffset(_cache, lineage, from: 30));
    }

    [Fact]
    public void Copies_of_a_log_that_was_given_up_do_not_count()
    {
        // A leader of epoch 1 copied what the next one, elected uncleanly, never had.
        _cache.AddFinished(Copies.Of(0, 9, id: 1, (0, 0)));
        _cache.AddFinished(Copies.Of(10, 29, id: 2, (0, 10), (1, 15)));
        var lineage = new LeaderEpochLineage([(0, 0), (2, 18)], 40);

        Assert.Equal(14, RemoteCoverage.HighestOffset(_cache, lineage, from: 0));
        Assert.False(lineage.Contains(_cache.Find(0, 10)!));
        Assert.True(lineage.Overlaps(_cache.Find(0, 10)!));
    }

    [Fact]
    public void The_log_begins_with_the_oldest_copy_that_is_left()
    {
        _cache.AddFinished(Copies.Of(20, 29, id: 1));
        var lineage = new LeaderEpochLineage([(0, 0)], 100);

        Assert.Equal(20, RemoteCoverage.FirstOffset(_cache, lineage, logStart: 5, localStart: 60));
        Assert.Equal(25, RemoteCoverage.FirstOffset(_cache, lineage, logStart: 25, localStart: 60));
        Assert.Equal(60, RemoteCoverage.FirstOffset(_cache, lineage, logStart: 30, localStart: 60));
    }

    [Theory]
    [InlineData(-1, -1, 0, "", 0)]
    [InlineData(-1, 250, 0, "1,2", 20)]              // 4 copies of 100 and 50 only here: two must go
    [InlineData(-1, 0, 0, "1,2,3,4", 40)]
    [InlineData(975, -1, 0, "1,2", 20)]              // timestamps are last offsets: 9 and 19 are older than 25
    [InlineData(-1, -1, 20, "1,2", 20)]              // DeleteRecords
    [InlineData(-1, -1, 15, "1", 15)]
    public void Copies_go_from_the_front_by_time_size_and_begin(
        long retentionMs, long retentionBytes, long logStart, string deleted, long newStart)
    {
        for (var i = 0; i < 4; i++)
            _cache.AddFinished(Copies.Of(10 * i, 10 * i + 9, id: i + 1));

        var plan = RemoteRetentionPolicy.Choose(Input(logStart, retentionMs, retentionBytes));

        Assert.Equal(deleted, string.Join(',', plan.Deleted.Select(d => d.Segment.RemoteLogSegmentId.Id.LeastSignificantBits)));
        Assert.Equal(newStart, plan.LogStartOffset);
    }

    [Fact]
    public void Leftovers_and_copies_that_nobody_reads_go_and_those_being_made_stay()
    {
        var live = _cache.AddFinished(Copies.Of(0, 29, id: 1));
        var covered = Copies.Of(10, 19, id: 2);
        _cache.AddFinished(covered);
        _cache.Add(Copies.Of(30, 39, id: 3));
        _cache.Add(Copies.Of(30, 39, id: 4));
        _cache.AddFinished(Copies.Of(40, 49, id: 5, (7, 40)));

        var plan = RemoteRetentionPolicy.Choose(Input(0, -1, -1) with { InProgress = new HashSet<Uuid> { new(7, 4) } });

        Assert.Equal(
            [(2L, RemoteDeletionReason.Unreferenced), (3L, RemoteDeletionReason.Leftover), (5L, RemoteDeletionReason.Unreferenced)],
            plan.Deleted.Select(d => (d.Segment.RemoteLogSegmentId.Id.LeastSignificantBits, d.Reason)));
        Assert.True(_cache.IsReferenced(live));
    }

    private RemoteRetentionInput Input(long logStart, long retentionMs, long retentionBytes) => new()
    {
        Segments = _cache.Segments,
        IsReferenced = _cache.IsReferenced,
        Lineage = new LeaderEpochLineage([(0, 0)], 100),
        InProgress = new HashSet<Uuid>(),
        LogStartOffset = logStart,
        OnlyLocalBytes = 50,
        RetentionMs = retentionMs,
        RetentionBytes = retentionBytes,
        NowMs = 1_000,
    };

    private static LocalSegment Segment(long start, long end, bool isActive = false, long timestamp = 1) =>
        new(start, end, 100, timestamp, isActive);
}
