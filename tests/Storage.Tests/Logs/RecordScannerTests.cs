using Platform.Protocol.Records;

namespace Platform.Storage.Tests.Logs;

/// <summary>The scanner agrees with the reader that consumers use, and accepts nothing that is cut or damaged.</summary>
public sealed class RecordScannerTests
{
    [Fact]
    public void Every_width_of_number_is_read_as_the_batch_reader_reads_it()
    {
        var random = new Random(7);
        using var builder = new RecordBatchBuilder();
        long offset = 0;
        for (var i = 0; i < 400; i++)
        {
            builder.AppendAt(offset, Timestamp(random), Nullable(random), Nullable(random), Headers(random));
            offset += 1 + (random.Next(8) == 0 ? random.Next(1 << random.Next(1, 25)) : 0);
        }
        var batch = RecordBatch.Parse(builder.Build());

        var scanner = new RecordScanner(batch.Bytes.Span[RecordBatchHeader.Size..]);
        var scanned = new List<(long, int, bool)>();
        while (!scanner.IsAtEnd && scanner.MoveNext())
            scanned.Add((scanner.TimestampDelta, scanner.OffsetDelta, scanner.HasKey));

        Assert.True(scanner.IsAtEnd);
        var expected = new List<(long, int, bool)>();
        foreach (var record in batch.Records(1 << 24))
            expected.Add((record.Timestamp - batch.Header.BaseTimestamp, (int)record.Offset, record.Key is not null));
        Assert.Equal(expected, scanned);
    }

    [Fact]
    public void A_record_that_is_cut_anywhere_is_refused()
    {
        using var builder = new RecordBatchBuilder();
        builder.AppendAt(0, 5, null, new byte[1]);
        builder.AppendAt(100_000, 1L << 40, new byte[70], new byte[200], [new RecordHeader("header", new byte[100])]);
        var records = builder.Build()[RecordBatchHeader.Size..];

        for (var length = 0; length < records.Length; length++)
        {
            var scanner = new RecordScanner(records.AsSpan(0, length));
            var whole = 0;
            while (scanner.MoveNext())
                whole++;
            Assert.InRange(whole, 0, 1);
        }
    }

    [Theory]
    [InlineData(new byte[] { 12, 0, 0, 0, 1, 1, 0 }, true)]                                 // null key, null value
    [InlineData(new byte[] { 14, 0, 0, 0, 1, 1, 0, 0 }, false)]                             // a byte is left
    [InlineData(new byte[] { 10, 0, 0, 0, 1, 1, 0 }, false)]                                // a byte too few
    [InlineData(new byte[] { 12, 0, 0, 0, 3, 1, 0 }, false)]                                // key of -2 bytes
    [InlineData(new byte[] { 12, 0, 0, 0, 1, 3, 0 }, false)]                                // value of -2 bytes
    [InlineData(new byte[] { 12, 0, 0, 0, 1, 1, 1 }, false)]                                // -1 headers
    [InlineData(new byte[] { 14, 0, 0, 0, 1, 1, 2, 1 }, false)]                             // header without a name
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 1, 0 }, false)]                                 // record of -1 bytes
    [InlineData(new byte[] { 12, 0, 0, 0, 40, 1, 0 }, false)]                               // key behind the end
    [InlineData(new byte[] { 20, 0, 0, 255, 255, 255, 255, 31, 1, 1, 0 }, false)]           // offset over 32 bits
    [InlineData(new byte[] { 32, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 1, 1, 0 }, false)]
    public void Lengths_that_cannot_be_are_refused(byte[] record, bool isValid)
    {
        var scanner = new RecordScanner(record);

        Assert.Equal(isValid, scanner.MoveNext());
    }

    private static long Timestamp(Random random) => random.Next(4) switch
    {
        0 => 1000,
        1 => random.Next(100_000),
        2 => random.NextInt64(1L << 45),
        _ => -random.Next(1000),
    };

    private static byte[]? Bytes(Random random)
    {
        var width = random.Next(-1, 18);
        return width < 0 ? null : new byte[random.Next(1 << width)];
    }

    private static ReadOnlyMemory<byte>? Nullable(Random random) =>
        Bytes(random) is { } bytes ? new ReadOnlyMemory<byte>(bytes) : null;

    private static RecordHeader[] Headers(Random random) => random.Next(3) > 0
        ? []
        : [new RecordHeader(new string('h', random.Next(100)), Bytes(random)), new RecordHeader("second", Bytes(random))];
}
