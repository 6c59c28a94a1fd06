using System.Text;
using Platform.Protocol.Records;

namespace Platform.Protocol.Tests.Records;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_of_the_standard_is_met() =>
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void Empty_data_has_checksum_zero() => Assert.Equal(0u, Crc32C.Compute([]));

    [Fact]
    public void Every_short_length_at_every_alignment_equals_the_definition()
    {
        var data = RandomBytes(700);

        for (var length = 0; length <= 600; length++)
        {
            for (var start = 0; start < 16; start++)
                AssertEqualsDefinition(data.AsSpan(start, length));
        }
    }

    [Theory]
    [InlineData(4031), InlineData(4032), InlineData(4033), InlineData(4127), InlineData(4128), InlineData(8064)]
    [InlineData(12287), InlineData(12288), InlineData(12289), InlineData(16319), InlineData(16320), InlineData(16321)]
    [InlineData(24576), InlineData(24600), InlineData(65536), InlineData(100_003), InlineData(1 << 20)]
    public void Lengths_around_the_borders_of_the_methods_equal_the_definition(int length)
    {
        var data = RandomBytes(length + 7);

        foreach (var start in new[] { 0, 1, 3, 7 })
            AssertEqualsDefinition(data.AsSpan(start, length));
    }

    [Fact]
    public void Random_lengths_equal_the_definition()
    {
        var random = new Random(4711);
        var data = RandomBytes(60_000);

        for (var i = 0; i < 300; i++)
        {
            var start = random.Next(data.Length);
            AssertEqualsDefinition(data.AsSpan(start, random.Next(data.Length - start)));
        }
    }

    [Fact]
    public void The_method_without_x64_instructions_agrees()
    {
        var data = RandomBytes(5003);

        foreach (var length in new[] { 0, 1, 7, 8, 9, 63, 64, 1000, 5003 })
        {
            var part = data.AsSpan(0, length);
            Assert.Equal(Definition(part), ~Crc32C.UpdatePortable(uint.MaxValue, part));
        }
    }

    private static byte[] RandomBytes(int length)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }

    private static void AssertEqualsDefinition(ReadOnlySpan<byte> data)
    {
        if (Crc32C.Compute(data) != Definition(data))
            Assert.Fail($"CRC of {data.Length} bytes is {Crc32C.Compute(data):x8}, expected {Definition(data):x8}");
    }

    // One bit after the other would take minutes here: one byte at a time, from a table made bit by bit.
    private static readonly uint[] ByteTable = [.. Enumerable.Range(0, 256).Select(ShiftOut)];

    private static uint ShiftOut(int value)
    {
        var register = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            register = (register >> 1) ^ ((register & 1) * 0x82F63B78);
        return register;
    }

    private static uint Definition(ReadOnlySpan<byte> data)
    {
        var register = uint.MaxValue;
        foreach (var next in data)
            register = (register >> 8) ^ ByteTable[(byte)(register ^ next)];
        return ~register;
    }
}
