using Platform.Protocol.Records;
using static Platform.Protocol.Tests.Records.RecordBatchTests;

namespace Platform.Protocol.Tests.Records;

/// <summary>Batches built by kafka-python 2.0.2 from the same three records.</summary>
public sealed class ForeignBatchTests
{
    private const string Uncompressed =
        "AAAAAAAAAAAAAAD7AAAAAAJntfZeABAAAAACAAABi8/laAAAAAGLz+VoBwAAAAAAABJnAAMAAAARAAAAA9ABAAAABGswsAF2YWx1ZSB6ZXJv" +
        "IHZhbHVlIHplcm8gdmFsdWUgemVybyB2YWx1ZSB6ZXJvIHZhbHVlIHplcm8gdmFsdWUgemVybyB2YWx1ZSB6ZXJvIHZhbHVlIHplcm8gBAJo" +
        "AjECbgGuAQAOAgGgAXZhbHVlIG9uZSB2YWx1ZSBvbmUgdmFsdWUgb25lIHZhbHVlIG9uZSB2YWx1ZSBvbmUgdmFsdWUgb25lIHZhbHVlIG9u" +
        "ZSB2YWx1ZSBvbmUgAAwAEwQAAQA=";

    private const string Gzip =
        "AAAAAAAAAAAAAAB8AAAAAAIqTuFkABEAAAACAAABi8/laAAAAAGLz+VoBwAAAAAAABJnAAMAAAARAAAAAx+LCACsQwFrAv+7wMjAwMCSbbCB" +
        "sSwxpzRVoSq1KF+BqkwWpgwmQ6Y8xnWMDHxMjAug9uTnpSpQh8XAwyDMwsDIAACpGKyEygAAAA==";

    private const string Snappy =
        "AAAAAAAAAAAAAACHAAAAAALE/GllABIAAAACAAABi8/laAAAAAGLz+VoBwAAAAAAABJnAAMAAAARAAAAA4JTTkFQUFkAAAAAAQAAAAEAAABC" +
        "ygFQ0AEAAAAEazCwAXZhbHVlIHplcm8g/gsAMgsAOAQCaAIxAm4BrgEADgIBoA1oCG9uZQ1n/goAHAAMABMEAAEA";

    private const string Lz4 =
        "AAAAAAAAAAAAAACIAAAAAAI24H8uABMAAAACAAABi8/laAAAAAGLz+VoBwAAAAAAABJnAAMAAAARAAAAAwQiTRhoQMoAAAAAAAAAkUAAAAD/" +
        "BtABAAAABGswsAF2YWx1ZSB6ZXJvIAsAOvMABAJoAjECbgGuAQAOAgGgaAAzb25lZwAPCgAtgAAMABMEAAEAAAAAAA==";

    [Theory]
    [InlineData(Uncompressed, CompressionType.None)]
    [InlineData(Gzip, CompressionType.Gzip)]
    [InlineData(Snappy, CompressionType.Snappy)]
    [InlineData(Lz4, CompressionType.Lz4)]
    public void Foreign_batches_are_read(string base64, CompressionType codec)
    {
        var batch = RecordBatch.Parse(Convert.FromBase64String(base64));

        Assert.True(batch.IsCrcValid);
        var header = batch.Header;
        Assert.Equal((codec, true), (header.Compression, header.IsTransactional));
        Assert.Equal((4711L, (short)3, 17), (header.ProducerId, header.ProducerEpoch, header.BaseSequence));
        using var reader = batch.Records(maxDecompressedBytes: 1000);
        Assert.Equal(
            [
                (0, 1700000000000, "k0", Repeat("value zero "), "h=1 n="),
                (1, 1700000000007, null, Repeat("value one "), ""),
                (2, 1699999999990, "", null, ""),
            ],
            Describe(reader));
    }

    [Fact]
    public void The_same_records_give_the_same_bytes()
    {
        using var builder = new RecordBatchBuilder
        {
            IsTransactional = true,
            PartitionLeaderEpoch = 0,
            ProducerId = 4711,
            ProducerEpoch = 3,
            BaseSequence = 17,
        };
        RecordHeader[] headers = [new("h", Bytes("1")), new("n", (byte[]?)null)];
        builder.Append(1700000000000, Bytes("k0"), Bytes(Repeat("value zero ")), headers);
        builder.Append(1700000000007, null, Bytes(Repeat("value one ")));
        builder.Append(1699999999990, Bytes(""), null);

        Assert.Equal(Uncompressed, Convert.ToBase64String(builder.Build()));
    }

    private static List<(long, long, string?, string?, string)> Describe(RecordBatchReader reader)
    {
        var seen = new List<(long, long, string?, string?, string)>();
        while (reader.MoveNext())
        {
            var record = reader.Current;
            var headers = record.Headers.ToArray().Select(h => $"{h.Key}={Text(h.Value)}");
            var text = string.Join(' ', headers);
            seen.Add((record.Offset, record.Timestamp, Text(record.Key), Text(record.Value), text));
        }
        return seen;
    }

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, 8));
}
