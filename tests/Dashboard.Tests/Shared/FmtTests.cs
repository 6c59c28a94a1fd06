using Platform.Dashboard.Shared;

namespace Platform.Dashboard.Tests.Shared;

public sealed class FmtTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(3.14159, "3.1")]
    [InlineData(950.4, "950")]
    [InlineData(9_876, "9,876")]
    [InlineData(12_345, "12.3 k")]
    [InlineData(4_560_000, "4.56 M")]
    public void Short_numbers_keep_three_digits_that_matter(double value, string text) =>
        Assert.Equal(text, Fmt.Short(value));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1_023, "1023 B")]
    [InlineData(1_536, "1.50 KiB")]
    [InlineData(300_000_000, "286 MiB")]
    public void Bytes_are_binary(double value, string text) => Assert.Equal(text, Fmt.Bytes(value));

    [Theory]
    [InlineData(900, "0 s")]
    [InlineData(61_000, "1 min 1 s")]
    [InlineData(7_200_000, "2 h")]
    [InlineData(604_800_000, "7 d")]
    public void Durations_name_their_two_largest_units(long ms, string text) => Assert.Equal(text, Fmt.Duration(ms));

    [Fact]
    public void What_is_not_known_is_a_dash_and_not_a_zero()
    {
        Assert.Equal("–", Fmt.Rate(null));
        Assert.Equal("–", Fmt.Bytes(null));
        Assert.Equal("–", Fmt.Offset(-1));
        Assert.Equal("–", Fmt.Timestamp(-1));
    }

    [Fact]
    public void A_timestamp_that_no_calendar_holds_is_unknown() => Assert.Equal("–", Fmt.Timestamp(long.MaxValue));
}
