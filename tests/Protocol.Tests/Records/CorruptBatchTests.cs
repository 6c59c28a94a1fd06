using System.Buffers.Binary;
using Platform.Protocol.Records;
using static Platform.Protocol.Tests.Records.RecordBatchTests;

namespace Platform.Protocol.Tests.Records;

public sealed class CorruptBatchTests
{
    [Fact]
    public void Any_changed_byte_under_the_checksum_is_noticed()
    {
        var batch = OneRecord();

        for (var i = RecordBatchHeader.CrcPosition; i < batch.Length; i++)
        {
            batch[i] ^= 0x10;
            Assert.False(RecordBatch.Parse(batch).IsCrcValid);
            batch[i] ^= 0x10;
        }
    }

    [Fact]
    public void A_wrong_checksum_is_reported_with_place_and_both_values()
    {
        var batch = OneRecord();
        var computed = RecordBatchHeader.ComputeCrc(batch);
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchHeader.CrcPosition), 0x01020304);

        var wrong = Assert.Throws<CorruptRecordException>(() => RecordBatch.Parse(batch).EnsureValidCrc("orders-0"));

        Assert.Equal((0x01020304u, computed), (wrong.StoredCrc, wrong.ComputedCrc));
        Assert.Equal(
            $"orders-0, offset 0: the batch says CRC-32C 01020304, but its bytes have {computed:x8}", wrong.Message);
    }

    [Fact]
    public void A_batch_cut_off_anywhere_is_refused()
    {
        var batch = OneRecord();

        for (var length = 0; length < batch.Length; length++)
            Assert.Throws<CorruptRecordException>(() => RecordBatch.Parse(batch.AsMemory(0, length)));
    }

    [Theory]
    [InlineData(-1), InlineData(0), InlineData(48), InlineData(int.MaxValue), InlineData(int.MinValue)]
    public void Impossible_lengths_are_refused(int length)
    {
        var batch = OneRecord();
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.LengthPosition), length);

        Assert.Throws<CorruptRecordException>(() => RecordBatch.Parse(batch));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(3), InlineData(255)]
    public void Other_formats_are_refused_by_their_number(byte magic)
    {
        var batch = OneRecord();
        batch[RecordBatchHeader.MagicPosition] = magic;

        var wrong = Assert.Throws<CorruptRecordException>(() => RecordBatch.Parse(batch));

        Assert.Contains($"format {(sbyte)magic}", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1), InlineData(0), InlineData(2), InlineData(int.MaxValue)]
    public void A_wrong_number_of_records_is_noticed(int count)
    {
        var batch = OneRecord();
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.RecordCountPosition), count);

        Assert.Throws<CorruptRecordException>(() => ReadAll(batch));
    }

    [Fact]
    public void A_codec_that_does_not_exist_is_refused()
    {
        var batch = OneRecord();
        batch[RecordBatchHeader.AttributesPosition + 1] = 7;

        var wrong = Assert.Throws<CorruptRecordException>(() => ReadAll(batch));

        Assert.Contains("codec 7 does not exist", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever bytes stand behind the header: either records, or the one exception.</summary>
    [Theory]
    [InlineData(CompressionType.None), InlineData(CompressionType.Gzip), InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4), InlineData(CompressionType.Zstd)]
    public void Damaged_records_never_cause_another_exception(CompressionType codec)
    {
        const int seed = 20261121;
        var random = new Random(seed);
        var original = OneRecord(codec);

        for (var round = 0; round < 3000; round++)
        {
            var batch = original.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                batch[random.Next(RecordBatchHeader.Size, batch.Length)] = (byte)random.Next(256);
            ReadIgnoringCorruption(batch);
        }
    }

    private static void ReadIgnoringCorruption(byte[] batch)
    {
        var records = 0;
        try
        {
            foreach (var record in RecordBatch.Parse(batch).Records(maxDecompressedBytes: 100_000))
                records += record.Headers.ToArray().Length + 1;
        }
        catch (CorruptRecordException wrong)
        {
            Assert.NotEmpty(wrong.Message);
        }
        Assert.InRange(records, 0, 1000);
    }

    [Theory]
    [InlineData(CompressionType.Gzip), InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4), InlineData(CompressionType.Zstd)]
    public void A_batch_that_grows_past_the_limit_is_refused(CompressionType codec)
    {
        using var builder = new RecordBatchBuilder { Compression = codec };
        builder.Append(0, null, new byte[10_000_000]);
        var batch = RecordBatch.Parse(builder.Build());

        var wrong = Assert.Throws<CorruptRecordException>(
            () => batch.Records(maxDecompressedBytes: 1_000_000).Dispose());

        Assert.Contains("larger than the 1000000 bytes that are allowed", wrong.Message, StringComparison.Ordinal);
    }
}
