using System.Text;
using Platform.Protocol.Compression;
using Platform.Protocol.Records;
using Record = Platform.Protocol.Records.Record;

namespace Platform.Protocol.Tests.Records;

public sealed class RecordBatchTests
{
    private const int Unlimited = int.MaxValue;

    public static TheoryData<CompressionType> Codecs => [.. Enum.GetValues<CompressionType>()];

    [Theory, MemberData(nameof(Codecs))]
    public void Records_come_back_as_they_were_appended(CompressionType codec)
    {
        using var builder = new RecordBatchBuilder { Compression = codec, BaseOffset = 100 };
        for (var i = 0; i < 500; i++)
            builder.Append(1000 + i, Bytes($"key {i % 7}"), Bytes($"value {i} {i}"), [new("h", Bytes($"{i}"))]);

        var batch = RecordBatch.Parse(builder.Build());

        Assert.True(batch.IsCrcValid);
        Assert.Equal((codec, 500, 599L), (batch.Header.Compression, batch.Header.RecordCount, batch.Header.LastOffset));
        var next = 0;
        foreach (var record in batch.Records(Unlimited))
        {
            Assert.Equal((100 + next, 1000 + next), (record.Offset, record.Timestamp));
            Assert.Equal(($"key {next % 7}", $"value {next} {next}"), (Text(record.Key), Text(record.Value)));
            Assert.Equal(("h", $"{next}"), (record.Headers.ToArray()[0].Key, Text(record.Headers.ToArray()[0].Value)));
            next++;
        }
        Assert.Equal(500, next);
    }

    [Fact]
    public void Null_and_empty_are_told_apart()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, null, Bytes(""), [new("none", (byte[]?)null), new("", Bytes(""))]);
        builder.Append(0, Bytes(""), (byte[]?)null);

        var records = ReadAll(builder.Build());

        Assert.Equal((null, ""), (Text(records[0].Key), Text(records[0].Value)));
        Assert.Equal(("", null), (Text(records[1].Key), Text(records[1].Value)));
        Assert.Equal([("none", null), ("", "")], records[0].Headers.ToArray().Select(h => (h.Key, Text(h.Value))));
    }

    [Fact]
    public void The_header_carries_producer_and_flags()
    {
        using var builder = new RecordBatchBuilder
        {
            BaseOffset = 7,
            PartitionLeaderEpoch = 3,
            ProducerId = 4711,
            ProducerEpoch = 2,
            BaseSequence = int.MaxValue,
            IsTransactional = true,
        };
        builder.Append(50, null, Bytes("a"));
        builder.Append(40, null, Bytes("b"));

        var header = RecordBatch.Parse(builder.Build()).Header;

        Assert.Equal((7L, 8L, 3), (header.BaseOffset, header.LastOffset, header.PartitionLeaderEpoch));
        Assert.Equal((4711L, (short)2, int.MaxValue, 0),
            (header.ProducerId, header.ProducerEpoch, header.BaseSequence, header.LastSequence));
        Assert.Equal((true, false, false), (header.IsTransactional, header.IsControl, header.IsLogAppendTime));
        Assert.Equal((50L, 50L), (header.BaseTimestamp, header.MaxTimestamp));
    }

    [Fact]
    public void Log_append_time_replaces_the_time_of_every_record()
    {
        using var builder = new RecordBatchBuilder { LogAppendTimeMs = 999 };
        builder.Append(1, null, Bytes("a"));
        builder.Append(2, null, Bytes("b"));

        var records = ReadAll(builder.Build());

        Assert.Equal([999L, 999L], records.Select(r => r.Timestamp));
    }

    [Fact]
    public void A_delete_horizon_is_kept_beside_the_times_of_the_records()
    {
        using var builder = new RecordBatchBuilder { DeleteHorizonMs = 5000 };
        builder.Append(100, Bytes("k"), null);

        var batch = builder.Build();

        var header = RecordBatch.Parse(batch).Header;
        Assert.Equal((true, 5000L), (header.HasDeleteHorizon, header.BaseTimestamp));
        Assert.Equal(100, Assert.Single(ReadAll(batch)).Timestamp);
    }

    [Fact]
    public void Compaction_keeps_offsets_and_the_end_of_the_batch()
    {
        using var builder = new RecordBatchBuilder { BaseOffset = 10, LastOffsetOverride = 19 };
        builder.AppendAt(12, 0, null, Bytes("a").AsMemory());
        builder.AppendAt(15, 0, null, Bytes("b").AsMemory());

        var batch = builder.Build();

        Assert.Equal([12L, 15L], ReadAll(batch).Select(r => r.Offset));
        Assert.Equal(20, RecordBatch.Parse(batch).Header.NextOffset);
    }

    [Fact]
    public void A_batch_without_records_keeps_its_producer()
    {
        using var builder = new RecordBatchBuilder
        {
            BaseOffset = 10,
            LastOffsetOverride = 12,
            ProducerId = 5,
            Compression = CompressionType.Lz4,
        };

        var batch = RecordBatch.Parse(builder.Build());

        Assert.Equal(RecordBatchHeader.Size, batch.Bytes.Length);
        Assert.Equal((0, 5L), (batch.Header.RecordCount, batch.Header.ProducerId));
        Assert.Empty(ReadAll(batch.Bytes));
    }

    [Fact]
    public void Offset_and_leader_epoch_change_without_touching_the_checksum()
    {
        var batch = OneRecord();

        RecordBatchHeader.PatchOffsetAndEpoch(batch, 1_000_000_007, 12);

        var header = RecordBatch.Parse(batch).Header;
        Assert.Equal((1_000_000_007L, 12), (header.BaseOffset, header.PartitionLeaderEpoch));
        Assert.True(RecordBatchHeader.IsValidCrc(batch));
    }

    [Fact]
    public void A_builder_is_used_again_after_reset()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1, null, Bytes("first"));
        builder.Reset();
        builder.BaseOffset = 5;
        builder.Append(2, null, Bytes("second"));

        var record = Assert.Single(ReadAll(builder.Build()));

        Assert.Equal((5L, 2L, "second"), (record.Offset, record.Timestamp, Text(record.Value)));
    }

    [Fact]
    public void Sizes_of_records_add_up_to_the_batch()
    {
        using var builder = new RecordBatchBuilder();
        RecordHeader[] headers = [new("key", Bytes("value"))];
        for (var i = 0; i < 200; i++)
            builder.Append(long.MaxValue / 200 * i, Bytes($"{i}"), new byte[i], headers);

        var batch = builder.Build();

        Assert.Equal(builder.EstimatedSize, batch.Length);
        Assert.Equal(batch.Length, RecordBatchHeader.Size + ReadAll(batch).Sum(r => r.SizeInBytes));
        Assert.All(ReadAll(batch), r => Assert.True(
            r.SizeInBytes <= RecordBatchBuilder.MaxRecordSize(r.Key!.Value.Length, r.Value!.Value.Length, headers)));
    }

    [Fact]
    public void Reading_uncompressed_records_allocates_nothing()
    {
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < 1000; i++)
            builder.Append(i, Bytes("key"), Bytes("value"), [new RecordHeader("h", Bytes("v"))]);
        var batch = RecordBatch.Parse(builder.Build());
        SumOfOffsets(batch);

        var before = GC.GetAllocatedBytesForCurrentThread();
        SumOfOffsets(batch);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static long SumOfOffsets(RecordBatch batch)
    {
        var sum = 0L;
        foreach (var record in batch.Records(Unlimited))
            sum += record.Offset;
        return sum;
    }

    internal static byte[] OneRecord(CompressionType codec = CompressionType.None)
    {
        using var builder = new RecordBatchBuilder { Compression = codec };
        builder.Append(1234, Bytes("key"), Bytes("value value value value"), [new RecordHeader("h", Bytes("v"))]);
        return builder.Build();
    }

    // Uncompressed records are slices of the batch, so that they outlive the reader.
    internal static List<Record> ReadAll(ReadOnlyMemory<byte> batch)
    {
        var records = new List<Record>();
        foreach (var record in RecordBatch.Parse(batch).Records(Unlimited))
            records.Add(record);
        return records;
    }

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    internal static string? Text(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } present ? Encoding.UTF8.GetString(present.Span) : null;
}
