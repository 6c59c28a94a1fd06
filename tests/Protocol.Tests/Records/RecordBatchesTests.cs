using Platform.Protocol.Records;
using static Platform.Protocol.Tests.Records.RecordBatchTests;

namespace Platform.Protocol.Tests.Records;

public sealed class RecordBatchesTests
{
    [Fact]
    public void Batches_that_follow_each_other_are_enumerated()
    {
        byte[] bytes = [.. BatchAt(0), .. BatchAt(10), .. BatchAt(20)];

        Assert.Equal([0L, 10L, 20L], BaseOffsets(bytes));
        Assert.Equal(bytes.Length, RecordBatches.CompleteBytes(bytes));
    }

    [Fact]
    public void A_last_batch_cut_off_anywhere_is_left_out()
    {
        var first = BatchAt(0);
        byte[] bytes = [.. first, .. BatchAt(10)];

        for (var length = first.Length; length < bytes.Length; length++)
        {
            Assert.Equal([0L], BaseOffsets(bytes.AsMemory(0, length)));
            Assert.Equal(first.Length, RecordBatches.CompleteBytes(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void No_bytes_hold_no_batches() => Assert.Empty(BaseOffsets(ReadOnlyMemory<byte>.Empty));

    [Fact]
    public void Garbage_between_batches_is_an_error()
    {
        byte[] bytes = [.. BatchAt(0), .. new byte[100]];

        Assert.Throws<CorruptRecordException>(() => BaseOffsets(bytes));
        Assert.Throws<CorruptRecordException>(() => RecordBatches.CompleteBytes(bytes));
    }

    private static byte[] BatchAt(long offset)
    {
        var batch = OneRecord();
        RecordBatchHeader.PatchOffsetAndEpoch(batch, offset, 0);
        return batch;
    }

    private static List<long> BaseOffsets(ReadOnlyMemory<byte> bytes)
    {
        var offsets = new List<long>();
        foreach (var batch in RecordBatches.In(bytes))
            offsets.Add(batch.Header.BaseOffset);
        return offsets;
    }
}
