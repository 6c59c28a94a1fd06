using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Protocol.Tests.Compression;

public sealed class MalformedDataTests
{
    private const int Limit = 1_000_000;

    public static TheoryData<CompressionType> Codecs =>
        [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    [Theory, MemberData(nameof(Codecs))]
    public void Data_cut_off_anywhere_is_refused_or_gives_what_is_there(CompressionType type)
    {
        var compressed = CodecTests.Compress(type, CodecTests.SampleText(2000));

        for (var length = 1; length < compressed.Length; length++)
            Assert.True(TryDecompress(type, compressed.AsSpan(0, length)) is null or <= 2000, $"cut at {length}");
    }

    [Theory, MemberData(nameof(Codecs))]
    public void Damaged_data_never_causes_another_exception(CompressionType type)
    {
        const int seed = 77;
        var random = new Random(seed);
        var compressed = CodecTests.Compress(type, CodecTests.SampleText(300));

        for (var round = 0; round < 5000; round++)
        {
            var damaged = compressed.ToArray();
            for (var changes = random.Next(1, 5); changes > 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Assert.True(TryDecompress(type, damaged) is null or <= Limit);
        }
    }

    [Theory, MemberData(nameof(Codecs))]
    public void Noise_never_causes_another_exception(CompressionType type)
    {
        const int seed = 78;
        var random = new Random(seed);

        for (var round = 0; round < 5000; round++)
        {
            var noise = new byte[random.Next(1, 100)];
            random.NextBytes(noise);
            Assert.True(TryDecompress(type, noise) is null or <= Limit);
        }
    }

    [Theory, MemberData(nameof(Codecs))]
    public void A_bomb_is_stopped_at_the_limit(CompressionType type)
    {
        var bomb = CodecTests.Compress(type, new byte[50_000_000]);

        var wrong = Assert.Throws<CompressionException>(() => CompressionCodecs.Decompress(type, bomb, Limit));

        Assert.True(wrong.IsTooLarge, wrong.Message);
    }

    [Theory, MemberData(nameof(Codecs))]
    public void The_limit_is_exact(CompressionType type)
    {
        var compressed = CodecTests.Compress(type, new byte[70_000]);

        using var fits = CompressionCodecs.Decompress(type, compressed, maxBytes: 70_000);

        Assert.Equal(70_000, fits.Length);
        Assert.True(Assert.Throws<CompressionException>(
            () => CompressionCodecs.Decompress(type, compressed, maxBytes: 69_999)).IsTooLarge);
    }

    [Fact]
    public void A_snappy_block_cannot_claim_more_than_its_bytes_can_hold()
    {
        byte[] twoGigabytes = [0xff, 0xff, 0xff, 0xff, 0x07, 0x00, 0x41];

        var wrong = Assert.Throws<CompressionException>(
            () => CompressionCodecs.Decompress(CompressionType.Snappy, twoGigabytes, int.MaxValue));

        Assert.False(wrong.IsTooLarge);
    }

    [Theory]
    [InlineData(0, "no frame begins")]
    [InlineData(4, "flags 61")]
    [InlineData(6, "header checksum")]
    public void Damaged_lz4_headers_are_named(int position, string expected)
    {
        var frame = CodecTests.Compress(CompressionType.Lz4, "text"u8);
        frame[position] ^= 0x01;

        var wrong = Assert.Throws<CompressionException>(
            () => CompressionCodecs.Decompress(CompressionType.Lz4, frame, Limit));

        Assert.Contains(expected, wrong.Message, StringComparison.Ordinal);
    }

    private static int? TryDecompress(CompressionType type, ReadOnlySpan<byte> data)
    {
        try
        {
            using var back = CompressionCodecs.Decompress(type, data, Limit);
            return back.Length;
        }
        catch (CompressionException)
        {
            return null;
        }
    }
}
