using Platform.Cluster.Configuration;

namespace Platform.Cluster.Tests.Configuration;

public sealed class PropertiesFileTests
{
    [Theory]
    [InlineData("a=b", "a", "b")]
    [InlineData("a : b", "a", "b")]
    [InlineData("a b c", "a", "b c")]
    [InlineData("  a=b=c  ", "a", "b=c")]
    [InlineData("a=", "a", "")]
    [InlineData("a", "a", "")]
    [InlineData("a=one,\\\n    two", "a", "one,two")]
    [InlineData("a\\:b=c", "a:b", "c")]
    [InlineData("a=\\u00e9\\t.", "a", "é\t.")]
    [InlineData("# comment\n! comment\n\na=b\r\n", "a", "b")]
    public void Lines_are_read_as_Java_does(string text, string name, string value)
    {
        Assert.Equal([new(name, value)], PropertiesFile.Parse(text));
    }

    [Theory]
    [InlineData("a=b\n=c", "line 2: '=c' has no name before its value")]
    [InlineData("a=\\u12", "line 1: \\u must be followed by four hexadecimal digits")]
    public void A_line_that_means_nothing_is_named(string text, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => PropertiesFile.Parse(text));

        Assert.Equal(expected, error.Message);
    }
}
