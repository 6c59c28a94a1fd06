using System.Text;
using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Protocol.Tests.Compression;

/// <summary>The same text, compressed by python-snappy 0.5.3, lz4 1.9.4, zstd 1.5.4 and Python's gzip.</summary>
public sealed class ForeignDataTests
{
    private const string RawSnappy =
        "xAd4dGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIAEfIGxhenkgZG9nOwUO/i0A/i0A/i0A/i0A/i0A/i0A/i0A/i0A/i0A/i0A" +
        "/i0A/i0A/i0ASi0A8D8AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/";

    private const string Lz4WithContentChecksum =
        "BCJNGGRAp3gAAADwEHRoZSBxdWljayBicm93biBmb3gganVtcHMgb3ZlciAfAJFsYXp5IGRvZzsOAA8tAP///0PwMQABAgMEBQYHCAkK" +
        "CwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8AAAAAxslJEQ==";

    private const string Lz4WithContentSizeAndBlockChecksum =
        "BCJNGHxAxAMAAAAAAABNeAAAAPAQdGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIB8AkWxhenkgZG9nOw4ADy0A////Q/AxAAEC" +
        "AwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P4WhFJQAAAAAxslJEQ==";

    private const string Lz4LinkedRepeated =
        "BCJNGEBAwHwBAADwEHRoZSBxdWljayBicm93biBmb3gganVtcHMgb3ZlciAfAK9sYXp5IGRvZzsgLQD///9H/zEAAQIDBAUGBwgJCgsM" +
        "DQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/xAP/////////////////////////////////" +
        "////////////////////////////////////////////////////////////////////////////////////////////////////////" +
        "////////////////////////////////////////////////////////////////////////////////////////////////////////" +
        "////////////////////////////////////////////////////////////////////////////////////////////////IVArLC0u" +
        "LxEAAAAPxAP/////////h1A7PD0+PwAAAAA=";

    private const string ZstdOfUnknownSize =
        "KLUv/QBYvQMAxAZ0aGUgcXVpY2sgYnJvd24gZm94IGp1bXBzIG92ZXIgdGhlIGxhenkgZG9nOwABAgMEBQYHCAkKCwwNDg8QERITFBUW" +
        "FxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8CAFChKsBoZxk=";

    private const string Gzip =
        "H4sIAAAAAAACAyvJSFUoLM1MzlZIKsovz1NIy69QyCrNLShWyC9LLVIoAUrnJFZVKqTkp1uDeaOKRxWPKqaqYgZGJmYWVjZ2Dk4ubh5e" +
        "Pn4BQSFhEVExcQlJKWkZWTl5BUUlZRVVNXUNTS1tHV09fQNDI2MTUzNzC0sraxtbO3sAaXddr8QDAAA=";

    [Theory]
    [InlineData(CompressionType.Snappy, RawSnappy)]
    [InlineData(CompressionType.Lz4, Lz4WithContentChecksum)]
    [InlineData(CompressionType.Lz4, Lz4WithContentSizeAndBlockChecksum)]
    [InlineData(CompressionType.Zstd, ZstdOfUnknownSize)]
    [InlineData(CompressionType.Gzip, Gzip)]
    public void Data_of_other_implementations_is_read(CompressionType type, string base64)
    {
        using var back = CompressionCodecs.Decompress(type, Convert.FromBase64String(base64), maxBytes: 1000);

        Assert.Equal(Text, back.WrittenSpan.ToArray());
    }

    [Fact]
    public void Linked_lz4_blocks_refer_to_earlier_ones()
    {
        using var back = CompressionCodecs.Decompress(
            CompressionType.Lz4, Convert.FromBase64String(Lz4LinkedRepeated), maxBytes: 100_000);

        Assert.Equal(Enumerable.Repeat(Text, 70).SelectMany(t => t), back.WrittenSpan.ToArray());
    }

    [Fact]
    public void Frames_that_follow_each_other_are_read_as_one()
    {
        var frame = Convert.FromBase64String(Lz4WithContentChecksum);
        byte[] twice = [.. frame, .. frame];

        using var back = CompressionCodecs.Decompress(CompressionType.Lz4, twice, maxBytes: 2000);

        Assert.Equal([.. Text, .. Text], back.WrittenSpan.ToArray());
    }

    [Fact]
    public void Snappy_streams_that_follow_each_other_are_read_as_one()
    {
        var stream = CodecTests.Compress(CompressionType.Snappy, Text);
        byte[] twice = [.. stream, .. stream];

        using var back = CompressionCodecs.Decompress(CompressionType.Snappy, twice, maxBytes: 2000);

        Assert.Equal([.. Text, .. Text], back.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("", 0x02CC5D05u), InlineData("a", 0x550D7456u), InlineData("abc", 0x32D153FFu)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2Fu)]
    public void XxHash32_gives_the_published_values(string text, uint hash) =>
        Assert.Equal(hash, XxHash32.Compute(Encoding.ASCII.GetBytes(text)));

    private const string Sentence = "the quick brown fox jumps over the lazy dog; ";

    private static byte[] Text { get; } =
    [
        .. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Sentence, 20))),
        .. Enumerable.Range(0, 64).Select(i => (byte)i),
    ];
}
