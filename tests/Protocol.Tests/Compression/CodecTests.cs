using System.Text;
using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Protocol.Tests.Compression;

public sealed class CodecTests
{
    private const int Seed = 20261121;

    public static TheoryData<CompressionType> Codecs => [.. Enum.GetValues<CompressionType>()];

    [Theory, MemberData(nameof(Codecs))]
    public void What_was_compressed_comes_back(CompressionType type)
    {
        foreach (var sample in Samples())
            AssertRoundTrip(type, sample, CompressionCodecs.For(type).DefaultLevel);
    }

    [Theory]
    [InlineData(CompressionType.Gzip), InlineData(CompressionType.Lz4), InlineData(CompressionType.Zstd)]
    public void Every_level_comes_back(CompressionType type)
    {
        var codec = CompressionCodecs.For(type);
        var sample = SampleText(30_000);

        for (var level = Math.Max(codec.MinLevel, -5); level <= codec.MaxLevel; level++)
            AssertRoundTrip(type, sample, level);
    }

    [Theory, MemberData(nameof(Codecs))]
    public void Levels_outside_of_the_range_are_refused(CompressionType type)
    {
        var codec = CompressionCodecs.For(type);
        using var output = new PooledBuffer();

        if (type != CompressionType.None)
            Assert.Throws<ArgumentOutOfRangeException>(() => codec.Compress("text"u8, output, codec.MaxLevel + 1));
    }

    [Fact]
    public void A_higher_lz4_level_compresses_better()
    {
        var sample = SampleText(200_000);

        Assert.True(Compress(CompressionType.Lz4, sample, 12).Length < Compress(CompressionType.Lz4, sample, 9).Length);
    }

    [Theory]
    [InlineData(CompressionType.Gzip), InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4), InlineData(CompressionType.Zstd)]
    public void Text_becomes_smaller_and_noise_hardly_larger(CompressionType type)
    {
        var text = SampleText(100_000);
        var noise = Noise(100_000);

        Assert.InRange(Compress(type, text).Length, 1, 60_000);
        Assert.InRange(Compress(type, noise).Length, 1, 100_100);
    }

    [Fact]
    public void An_unknown_codec_is_named()
    {
        var wrong = Assert.Throws<CompressionException>(() => CompressionCodecs.For((CompressionType)5));

        Assert.Contains("codec 5", wrong.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Codecs))]
    public async Task Codecs_serve_many_threads(CompressionType type)
    {
        var sample = SampleText(20_000);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
                AssertRoundTrip(type, sample, CompressionCodecs.For(type).DefaultLevel);
        })));
    }

    private static void AssertRoundTrip(CompressionType type, byte[] sample, int level)
    {
        var compressed = Compress(type, sample, level);
        using var back = CompressionCodecs.Decompress(type, compressed, maxBytes: sample.Length);
        Assert.True(back.WrittenSpan.SequenceEqual(sample), $"{type} level {level}, {sample.Length} bytes");
    }

    internal static byte[] Compress(CompressionType type, ReadOnlySpan<byte> sample, int? level = null)
    {
        using var output = new PooledBuffer();
        var codec = CompressionCodecs.For(type);
        codec.Compress(sample, output, level ?? codec.DefaultLevel);
        return output.WrittenSpan.ToArray();
    }

    // Lengths around the borders of blocks and minimal matches; contents from constant to noise.
    private static IEnumerable<byte[]> Samples()
    {
        int[] shortLengths = [0, 1, 3, 4, 5, 11, 12, 13, 14, 20, 60, 61, 64, 65, 68, 255, 256, 257, 270, 1000, 32767];
        foreach (var length in shortLengths)
        {
            yield return new byte[length];
            yield return SampleText(length);
            yield return Noise(length);
        }
        foreach (var length in new[] { 32768, 32769, 65535, 65536, 65537, 131072, 1_000_003 })
        {
            yield return new byte[length];
            yield return SampleText(length);
            yield return Noise(length);
            yield return FarMatches(length);
        }
    }

    internal static byte[] SampleText(int length)
    {
        var random = new Random(Seed);
        var words = Enumerable.Range(0, 300).Select(_ => random.Next(1_000_000).ToString("x")).ToArray();
        var text = new StringBuilder(length + 10);
        while (text.Length < length)
            text.Append(words[random.Next(words.Length)]).Append(' ');
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    internal static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(Seed).NextBytes(noise);
        return noise;
    }

    // The same noise again after almost the largest distance of a match.
    private static byte[] FarMatches(int length)
    {
        var noise = Noise(32_000);
        var sample = new byte[length];
        for (var i = 0; i < length; i++)
            sample[i] = noise[i % noise.Length];
        return sample;
    }
}
