using Platform.Protocol.Generator;

namespace Platform.Protocol.Tests.Generator;

/// <summary>Each mistake in a schema file is reported with its line and with what was expected.</summary>
public sealed class SchemaErrorTests
{
    private const string Header = "api 12 Heartbeat  versions 0-4  flexible 4+  on broker\nrequest\n";

    [Theory]
    [InlineData("", 1, "no header line")]
    [InlineData("\nrequest", 2, "the header line must come first")]
    [InlineData("  a int8 0+", 1, "a field outside of a message")]
    [InlineData("struct A versions 0+", 1, "a struct outside of a message")]
    [InlineData("apu 12 Heartbeat", 1, "'apu' starts no section; expected api")]
    [InlineData("api", 1, "the number of the API is missing")]
    [InlineData("api twelve Heartbeat", 1, "'twelve' is no number; expected the number of the API")]
    [InlineData("api 12", 1, "the name is missing")]
    [InlineData("api 12 Heartbeat flexible 4+", 1, "needs its lowest and highest version")]
    [InlineData("api 12 Heartbeat versions 0+", 1, "needs its lowest and highest version")]
    [InlineData("api 12 Heartbeat versions 4", 1, "'4' is no version range; expected '3+', '0-4' or 'none'")]
    [InlineData("api 12 Heartbeat versions 4-0", 1, "ends before it begins")]
    [InlineData("api 12 Heartbeat versions 0-4 on moon", 1, "'moon' is no listener; expected broker or controller")]
    [InlineData("api 12 Heartbeat versions 0-4 fast", 1, "'fast' is no attribute of a header line; expected type")]
    [InlineData("data A versions 0-0\ndata B versions 0-0", 2, "a second header line")]
    public void In_header_lines(string text, int line, string message) => AssertError(text, line, message);

    [Theory]
    [InlineData("  groupId", 3, "the type of field 'groupId' is missing")]
    [InlineData("  groupId string", 3, "the versions of field 'groupId' is missing")]
    [InlineData("  groupId string zero+", 3, "'zero+' is no version range")]
    [InlineData("  GroupId string 0+", 3, "must begin with a lower-case letter")]
    [InlineData("  groupId string 0+ optional", 3, "'optional' is no attribute of a field; expected nullable")]
    [InlineData("  groupId strin 0+", 3, "type 'strin', which no struct of the message declares")]
    [InlineData("  a int8 0+\n\n  a int8 0+", 5, "field 'a' is declared twice")]
    [InlineData("\tgroupId string 0+", 3, "tabs are not allowed")]
    [InlineData("   groupId string 0+", 3, "indented by 3 spaces")]
    [InlineData("    groupId string 0+", 3, "indented too deep")]
    [InlineData("  a []A 0+\n      b int8 0+", 4, "indented too deep")]
    [InlineData("  a int8 0+\n    b int8 0+", 4, "below a field of type int8, which has no fields")]
    public void In_field_lines(string fields, int line, string message) => AssertError(Header + fields, line, message);

    [Theory]
    [InlineData("  a int8 0+ tag", "a tag is missing")]
    [InlineData("  a int8 0+ tag x", "'x' is no number; expected a tag")]
    [InlineData("  a int8 0+ tag 0", "has a tag in versions 0-4, but only 4+ are flexible")]
    [InlineData("  a int8 4+ tag 0\n  b int8 4+ tag 0", "has tag 0, which another field of HeartbeatRequest has too")]
    [InlineData("  a int8 0+ =", "a default is missing")]
    [InlineData("  a int8 0+ = null", "has the default null, but no version allows null")]
    [InlineData("  a int8 0+ = 128", "has the default '128', which is no int8")]
    [InlineData("  a bool 0+ = 1", "has the default '1', which is no bool")]
    [InlineData("  a uint16 0+ = -1", "has the default '-1', which is no uint16")]
    [InlineData("  a []int8 0+ = 3", "has the default '3'")]
    public void In_tags_and_defaults(string fields, string message) =>
        AssertError(Header + fields, 2 + fields.Split('\n').Length, message);

    [Fact]
    public void A_struct_may_not_be_declared_twice() =>
        AssertError(Header + "  a []A 0+\nstruct A versions 0+\n  b int8 0+\nstruct A versions 0+", 6, "declared twice");

    [Fact]
    public void Comments_become_documentation()
    {
        var schema = SchemaParser.Parse("data A versions 0-0  # What it is.\n  b int8 0+  # What it <holds>.");

        var code = CSharpEmitter.Emit(schema);

        Assert.Contains("/// <summary>What it is.</summary>", code, StringComparison.Ordinal);
        Assert.Contains("/// <summary>What it &lt;holds>.</summary>", code, StringComparison.Ordinal);
    }

    private static void AssertError(string text, int line, string message)
    {
        var error = Assert.Throws<SchemaException>(() => SchemaParser.Parse(text));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
    }
}
