using Platform.Protocol;
using Platform.Storage;
using Platform.Storage.Tests.Logs;
using Platform.Testing;

namespace Platform.Storage.Tests.Producers;

/// <summary>Idempotent producers (KIP-98): what they sent twice is there once, what they skipped is refused.</summary>
public sealed class ProducerStateTests
{
    private readonly LogHarness _harness = new();

    [Fact]
    public void A_batch_that_is_sent_again_gets_its_first_offsets()
    {
        _harness.Append("other");
        Send(sequence: 0, count: 3);
        Send(sequence: 3, count: 2);

        var again = Send(sequence: 0, count: 3);

        Assert.Equal(
            (ErrorCode.None, true, 1, 3), (again.Error, again.IsDuplicate, again.FirstOffset, again.LastOffset));
        Assert.Equal(6, _harness.Log.LogEndOffset);
    }

    [Fact]
    public void The_last_five_batches_are_remembered()
    {
        for (var sequence = 0; sequence < 6; sequence++)
            Send(sequence);

        Assert.True(Send(sequence: 1).IsDuplicate);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Send(sequence: 0).Error);
    }

    [Theory, InlineData(2), InlineData(5)]
    public void A_gap_is_refused(int sequence)
    {
        Send(sequence: 0);

        var skipped = Send(sequence);

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, skipped.Error);
        Assert.Contains("the last one was 0", skipped.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(1, _harness.Log.LogEndOffset);
    }

    [Fact]
    public void Sequences_wrap_from_the_largest_int_to_zero()
    {
        Send(sequence: int.MaxValue - 1, count: 3);

        Assert.Equal(ErrorCode.None, Send(sequence: 1).Error);
        Assert.True(Send(sequence: int.MaxValue - 1, count: 3).IsDuplicate);
    }

    [Fact]
    public void An_older_epoch_is_fenced_and_a_newer_one_begins_at_zero()
    {
        Send(sequence: 0, epoch: 3);

        Assert.Equal(ErrorCode.InvalidProducerEpoch, Send(sequence: 1, epoch: 2).Error);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Send(sequence: 1, epoch: 4).Error);
        Assert.Equal(ErrorCode.None, Send(sequence: 0, epoch: 4).Error);
    }

    [Fact]
    public void A_producer_that_is_not_known_may_begin_anywhere() =>
        Assert.Equal(ErrorCode.None, Send(sequence: 77).Error);

    [Fact]
    public void A_duplicate_is_recognised_after_a_clean_restart()
    {
        Send(sequence: 0);
        Send(sequence: 1, count: 4);

        _harness.Restart();

        Assert.True(Send(sequence: 1, count: 4).IsDuplicate);
        Assert.Equal(ErrorCode.None, Send(sequence: 5).Error);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Duplicates_are_recognised_after_a_kill_from_snapshot_and_batches(bool withSnapshots)
    {
        _harness.Config = LogConfig.Default with { SegmentBytes = 1000 };
        _harness.Restart();
        for (var sequence = 0; sequence < 40; sequence++)
            Send(sequence);
        if (!withSnapshots)
        {
            foreach (var file in Snapshots())
                _harness.Files.DeleteFile($"{LogHarness.Path}/{file}");
        }

        _harness.KillAndRestart();

        Assert.True(Send(sequence: 39).IsDuplicate);
        Assert.Equal(ErrorCode.None, Send(sequence: 40).Error);
        Assert.Equal(41, _harness.Log.LogEndOffset);
    }

    [Fact]
    public void Snapshots_of_earlier_shutdowns_are_removed()
    {
        for (var sequence = 0; sequence < 5; sequence++)
        {
            Send(sequence);
            _harness.Restart();
        }

        Assert.Equal(["00000000000000000005.snapshot"], Snapshots());
        Assert.True(Send(sequence: 4).IsDuplicate);
    }

    [Fact]
    public void A_torn_snapshot_is_replaced_by_the_batches()
    {
        Send(sequence: 0);
        Send(sequence: 1);
        _harness.Log.Close();
        var snapshot = Assert.Single(Snapshots());
        _harness.Files.Damage($"{LogHarness.Path}/{snapshot}", 20);

        _harness.Restart();

        Assert.True(Send(sequence: 1).IsDuplicate);
    }

    [Fact]
    public void Truncation_takes_producers_back_in_time()
    {
        for (var sequence = 0; sequence < 5; sequence++)
            Send(sequence);

        _harness.Log.TruncateTo(3);

        Assert.True(Send(sequence: 2).IsDuplicate);
        Assert.Equal((ErrorCode.None, 3), (Send(sequence: 3).Error, Send(sequence: 3).FirstOffset));
    }

    [Fact]
    public void A_follower_knows_producers_so_that_it_can_become_leader()
    {
        var leader = new LogHarness();
        leader.Append(TestBatches.Idempotent(9, 0, 0, count: 2));
        leader.Append(TestBatches.Idempotent(9, 0, 2, count: 2));

        _harness.Log.AppendAsFollower(leader.Read(0));

        Assert.True(_harness.Append(TestBatches.Idempotent(9, 0, 2, count: 2)).IsDuplicate);
        Assert.Equal(ErrorCode.None, _harness.Append(TestBatches.Idempotent(9, 0, 4)).Error);
    }

    [Fact]
    public void Silent_producers_are_forgotten()
    {
        Send(sequence: 0);

        Assert.Equal(0, _harness.Log.RemoveExpiredProducers(nowMs: 1999, expirationMs: 1000));
        Assert.Equal(1, _harness.Log.RemoveExpiredProducers(nowMs: 2000, expirationMs: 1000));

        Assert.False(Send(sequence: 0).IsDuplicate);
    }

    [Fact]
    public void The_snapshot_file_is_Kafkas_version_1()
    {
        _harness.Append("x");
        _harness.Append(TestBatches.Idempotent(producerId: 0x0102, epoch: 3, sequence: 4, count: 5, timestamp: 0x0A0B));
        _harness.Log.Close();

        var bytes = _harness.Files.ReadAllBytes("/data/topic-0/00000000000000000006.snapshot");

        Assert.Equal(
            "0001" + Convert.ToHexString(bytes)[4..12] + "00000001" +      // version, crc, count
            "0000000000000102" + "0003" + "00000008" +                      // producer id, epoch, last sequence
            "0000000000000005" + "00000004" + "0000000000000A0B" +          // last offset, offset delta, timestamp
            "FFFFFFFF" + "FFFFFFFFFFFFFFFF",                                // coordinator epoch, open transaction
            Convert.ToHexString(bytes));
        Assert.Equal(Crc32COfTheRest(bytes), Convert.ToHexString(bytes)[4..12]);
    }

    private static string Crc32COfTheRest(byte[] bytes)
    {
        // Bit by bit, as the definition of the polynomial says, to have a second opinion.
        var crc = uint.MaxValue;
        foreach (var next in bytes.AsSpan(6))
        {
            crc ^= next;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
        }
        return (~crc).ToString("X8");
    }

    private List<string> Snapshots() => [.. _harness.Files.List(LogHarness.Path).Select(entry => entry.Name)
        .Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal))];

    private LogAppendInfo Send(int sequence, int count = 1, short epoch = 0) =>
        _harness.Append(TestBatches.Idempotent(producerId: 1, epoch, sequence, count));
}
