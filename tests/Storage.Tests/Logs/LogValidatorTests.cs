using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

/// <summary>Each rule about batches, with the error code that clients are told.</summary>
public sealed class LogValidatorTests
{
    private const long Now = 10_000_000;

    [Fact]
    public void A_good_batch_keeps_its_bytes()
    {
        var batch = TestBatches.At(Now, "a", "b");
        var before = batch.ToArray();

        var validated = LogValidator.Validate(batch, LogConfig.Default, AppendOrigin.Client, Now);

        Assert.Equal(ErrorCode.None, validated.Error);
        Assert.Equal((2, Now), (validated.OffsetCount, validated.MaxTimestamp));
        Assert.Null(validated.Rewritten);
        Assert.Equal(before, batch);
    }

    [Fact]
    public void Bytes_that_are_no_whole_batch_are_corrupt()
    {
        var batch = TestBatches.Of("a");

        Assert.Equal(ErrorCode.CorruptMessage, Check(batch[..30]));
        Assert.Equal(ErrorCode.CorruptMessage, Check(batch[..^1]));
        Assert.Equal(ErrorCode.CorruptMessage, Check([]));
    }

    [Fact]
    public void A_wrong_crc_is_corrupt()
    {
        var batch = TestBatches.Of("a");
        batch[^1] ^= 1;

        Assert.Equal(ErrorCode.CorruptMessage, Check(batch));
    }

    [Theory, InlineData(0, ErrorCode.InvalidRecord), InlineData(1, ErrorCode.InvalidRecord),
        InlineData(3, ErrorCode.CorruptMessage)]
    public void Only_format_2_is_accepted(byte magic, ErrorCode expected)
    {
        var batch = TestBatches.Of("a");
        batch[RecordBatchHeader.MagicPosition] = magic;

        Assert.Equal(expected, Check(batch));
    }

    [Fact]
    public void A_client_sends_exactly_one_batch() =>
        Assert.Equal(ErrorCode.InvalidRecord, Check([.. TestBatches.Of("a"), .. TestBatches.Of("b")]));

    [Fact]
    public void The_base_offset_of_a_clients_batch_is_zero() =>
        Assert.Equal(ErrorCode.InvalidRecord, Check(TestBatches.Replicated(1, 0, "a")));

    [Fact]
    public void Count_and_last_offset_delta_must_agree()
    {
        Assert.Equal(ErrorCode.InvalidRecord, Check(Patched(RecordBatchHeader.RecordCountPosition, 3)));
        Assert.Equal(ErrorCode.InvalidRecord, Check(Patched(RecordBatchHeader.LastOffsetDeltaPosition, 5)));
        Assert.Equal(ErrorCode.InvalidRecord, Check(Patched(RecordBatchHeader.RecordCountPosition, 0)));
    }

    [Fact]
    public void Counts_that_agree_with_each_other_but_not_with_the_records_are_refused()
    {
        var batch = TestBatches.Of("a");
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.RecordCountPosition), 2);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.LastOffsetDeltaPosition), 1);
        RecordBatchHeader.SealCrc(batch);

        Assert.Equal(ErrorCode.InvalidRecord, Check(batch));
    }

    [Fact]
    public void Clients_do_not_write_control_batches_but_coordinators_do()
    {
        var batch = ControlRecord.EndTransactionBatch(7, 0, ControlRecordType.Commit, 1, Now);

        Assert.Equal(ErrorCode.InvalidRecord, Check(batch));
        Assert.Equal(ErrorCode.None,
            LogValidator.Validate(batch, LogConfig.Default, AppendOrigin.Coordinator, Now).Error);
    }

    [Fact]
    public void A_producer_id_needs_a_sequence() =>
        Assert.Equal(ErrorCode.InvalidRecord, Check(TestBatches.Idempotent(5, 0, sequence: -1)));

    [Fact]
    public void A_batch_above_max_message_bytes_is_too_large() =>
        Assert.Equal(ErrorCode.MessageTooLarge,
            Check(TestBatches.OfSize(2000), LogConfig.Default with { MaxMessageBytes = 2000 }));

    [Fact]
    public void A_batch_above_segment_bytes_fits_no_segment() =>
        Assert.Equal(ErrorCode.RecordListTooLarge,
            Check(TestBatches.OfSize(2000), LogConfig.Default with { SegmentBytes = 2000 }));

    [Fact]
    public void A_compacted_topic_names_every_record_without_a_key()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Now, "k"u8.ToArray(), [1]);
        builder.Append(Now, null, [2]);
        builder.Append(Now, null, [3]);

        var validated = LogValidator.Validate(builder.Build(),
            LogConfig.Default with { CleanupPolicy = CleanupPolicies.Compact }, AppendOrigin.Client, Now);

        Assert.Equal(ErrorCode.InvalidRecord, validated.Error);
        Assert.Equal([1, 2], validated.RecordErrors!.Select(error => error.BatchIndex));
    }

    [Fact]
    public void An_error_names_a_bounded_number_of_records()
    {
        var batch = TestBatches.OfSize(1000, records: 500, timestamp: Now);

        var validated = LogValidator.Validate(
            batch, LogConfig.Default with { CleanupPolicy = CleanupPolicies.Compact }, AppendOrigin.Client, Now);

        Assert.Equal(LogValidator.RecordErrorsMax, validated.RecordErrors!.Count);
    }

    [Theory]
    [InlineData(Now + 3_600_000, ErrorCode.None)]
    [InlineData(Now + 3_600_001, ErrorCode.InvalidTimestamp)]
    [InlineData(Now - 1000, ErrorCode.None)]
    [InlineData(Now - 1001, ErrorCode.InvalidTimestamp)]
    [InlineData(-1, ErrorCode.None)]
    [InlineData(-2, ErrorCode.InvalidTimestamp)]
    public void Timestamps_lie_around_the_brokers_time(long timestamp, ErrorCode expected) =>
        Assert.Equal(expected,
            Check(TestBatches.At(timestamp, "a"), LogConfig.Default with { MessageTimestampBeforeMaxMs = 1000 }));

    [Theory]
    [InlineData(Now, -1, Now)]
    [InlineData(Now, -2, Now, 1)]
    [InlineData(Now, Now + 3_600_001, Now, 1)]
    [InlineData(Now, Now, long.MaxValue, 2)]
    [InlineData(Now - 1001, -1, Now + 3_600_001, 0, 2)]
    public void Each_record_with_a_wrong_time_is_named(long first, long second, long third, params int[] named)
    {
        using var builder = new RecordBatchBuilder();
        foreach (var timestamp in (long[])[first, second, third])
            builder.Append(timestamp, null, [1]);

        var validated = LogValidator.Validate(builder.Build(),
            LogConfig.Default with { MessageTimestampBeforeMaxMs = 1000 }, AppendOrigin.Client, Now);

        Assert.Equal(named.Length > 0 ? ErrorCode.InvalidTimestamp : ErrorCode.None, validated.Error);
        Assert.Equal(named, (validated.RecordErrors ?? []).Select(error => error.BatchIndex));
    }

    [Fact]
    public void Only_the_broker_sets_log_append_time()
    {
        using var builder = new RecordBatchBuilder { LogAppendTimeMs = Now };
        builder.Append(Now, null, [1]);

        Assert.Equal(ErrorCode.InvalidTimestamp, Check(builder.Build()));
    }

    [Fact]
    public void A_wrong_largest_timestamp_is_corrected_with_the_crc()
    {
        var batch = TestBatches.At(Now, "a");
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchHeader.MaxTimestampPosition), Now + 55);
        RecordBatchHeader.SealCrc(batch);

        Assert.Equal(ErrorCode.None, Check(batch));

        Assert.Equal(Now, RecordBatchHeader.Read(batch).MaxTimestamp);
        Assert.True(RecordBatchHeader.IsValidCrc(batch));
    }

    [Theory, InlineData(CompressionType.None), InlineData(CompressionType.Gzip), InlineData(CompressionType.Lz4)]
    public void Offset_deltas_that_are_no_sequence_are_rewritten(CompressionType codec)
    {
        using var builder = new RecordBatchBuilder { Compression = codec };
        builder.AppendAt(0, Now, null, "a"u8.ToArray());
        builder.AppendAt(70, Now, null, "b"u8.ToArray());
        builder.AppendAt(9000, Now, null, "c"u8.ToArray());
        var batch = builder.Build();
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.LastOffsetDeltaPosition), 2);
        RecordBatchHeader.SealCrc(batch);

        var validated = LogValidator.Validate(batch, LogConfig.Default, AppendOrigin.Client, Now);

        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], TestBatches.Values(validated.Records.ToArray()));
        validated.Rewritten!.Dispose();
    }

    [Fact]
    public void Records_that_cannot_be_decompressed_are_refused()
    {
        var batch = TestBatches.Of("a");
        batch[RecordBatchHeader.AttributesPosition + 1] = (byte)CompressionType.Gzip;
        RecordBatchHeader.SealCrc(batch);

        Assert.Equal(ErrorCode.InvalidRecord, Check(batch));
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Zstd)]
    public void A_decompression_bomb_is_refused_and_a_large_honest_batch_is_not(CompressionType codec)
    {
        var bomb = Zeros(codec, records: 260);
        var honest = Zeros(codec, records: 24);

        Assert.InRange(bomb.Length, 100, LogConfig.Default.MaxMessageBytes);
        Assert.Equal(ErrorCode.InvalidRecord, Check(bomb));
        Assert.Equal(ErrorCode.None, Check(honest));
    }

    [Fact]
    public void A_codec_that_does_not_exist_is_unsupported()
    {
        var batch = TestBatches.Of("a");
        batch[RecordBatchHeader.AttributesPosition + 1] = 7;
        RecordBatchHeader.SealCrc(batch);

        Assert.Equal(ErrorCode.UnsupportedCompressionType, Check(batch));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Damage_behind_a_right_crc_is_accepted_only_when_the_records_can_be_read(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var batch = TestBatches.At(Now, "one", "two", "three");
            batch[random.Next(RecordBatchHeader.Size, batch.Length)] ^= (byte)random.Next(1, 256);
            RecordBatchHeader.SealCrc(batch);

            var validated = LogValidator.Validate(
                batch, LogConfig.Default with { MessageTimestampAfterMaxMs = long.MaxValue }, AppendOrigin.Client, Now);

            if (validated.Error == ErrorCode.None)
                Assert.Equal(3, CountRecords(validated.Records.ToArray()));
            validated.Rewritten?.Dispose();
        }
    }

    private static int CountRecords(byte[] batch)
    {
        var count = 0;
        foreach (var _ in RecordBatch.Parse(batch).Records(1 << 20))
            count++;
        return count;
    }

    private static byte[] Patched(int position, int value)
    {
        var batch = TestBatches.Of("a", "b");
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(position), value);
        RecordBatchHeader.SealCrc(batch);
        return batch;
    }

    // A mebibyte each.
    private static byte[] Zeros(CompressionType codec, int records)
    {
        using var builder = new RecordBatchBuilder { Compression = codec };
        var zeros = new byte[1 << 20];
        for (var i = 0; i < records; i++)
            builder.Append(Now, null, zeros);
        return builder.Build();
    }

    private static ErrorCode Check(byte[] batch, LogConfig? config = null) =>
        LogValidator.Validate(batch, config ?? LogConfig.Default, AppendOrigin.Client, Now).Error;
}
