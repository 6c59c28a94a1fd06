using Platform.Api.SchemaRegistry.Avro;

namespace Platform.Api.Tests.SchemaRegistry.Avro;

public sealed class JavaNumberTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("-12345678901234567890", "-12345678901234567890")]
    [InlineData("1.0", "1.0")]
    [InlineData("1.50", "1.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("0.001", "0.001")]
    [InlineData("0.0001", "1.0E-4")]
    [InlineData("123456.75", "123456.75")]
    [InlineData("1e7", "1.0E7")]
    [InlineData("1.25e-10", "1.25E-10")]
    [InlineData("9999999.5", "9999999.5")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("1.7976931348623157E308", "1.7976931348623157E308")]
    public void Numbers_are_printed_as_Java_prints_them(string json, string printed) =>
        Assert.Equal(printed, JavaNumber.Print(json));
}
