using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.Tests.SchemaRegistry.Protobuf;

/// <summary>One row for each rule: the old members of a message, the new ones, and the difference.</summary>
public sealed class ProtobufCompatibilityTests
{
    private static ProtoSchema Read(string text) =>
        (ProtoSchema)new ProtobufLanguage().Read(text, [], new ParseOptions(IsNew: true, Normalize: false)).Model;

    private static string[] Compare(string original, string update) => [.. ProtobufCompatibility
        .Compare(Read(original), Read(update))
        .Select(one => $"{one.Type} {one.Pointer} {(one.IsCompatible ? "ok" : "no")}")];

    [Theory]
    [InlineData("string a = 1;", "string a = 1; int32 b = 2;", "FIELD_ADDED #/M/2 ok")]
    [InlineData("string a = 1; int32 b = 2;", "string a = 1;", "FIELD_REMOVED #/M/2 ok")]
    [InlineData("string a = 1;", "string b = 1;", "FIELD_NAME_CHANGED #/M/1 ok")]
    [InlineData("", "required string a = 1;", "REQUIRED_FIELD_ADDED #/M/1 no")]
    [InlineData("required string a = 1;", "", "REQUIRED_FIELD_REMOVED #/M/1 no")]
    [InlineData("int32 a = 1;", "sint32 a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1 no")]
    [InlineData("int32 a = 1;", "E a = 1;", null)]
    [InlineData("uint64 a = 1;", "bool a = 1;", null)]
    [InlineData("string a = 1;", "bytes a = 1;", null)]
    [InlineData("float a = 1;", "double a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1 no")]
    [InlineData("fixed32 a = 1;", "sfixed32 a = 1;", null)]
    [InlineData("int32 a = 1;", "N a = 1;", "FIELD_KIND_CHANGED #/M/1 no")]
    [InlineData("N a = 1;", "map<string, N> a = 1;", "FIELD_KIND_CHANGED #/M/1 no")]
    [InlineData("N a = 1;", "O a = 1;", "FIELD_NAMED_TYPE_CHANGED #/M/1 no")]
    [InlineData("map<string, int32> a = 1;", "map<int32, int32> a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1 no")]
    [InlineData("map<string, int32> a = 1;", "map<string, float> a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1 no")]
    [InlineData("optional int32 a = 1;", "repeated int32 a = 1;", "FIELD_NUMERIC_LABEL_CHANGED #/M/1 no")]
    [InlineData("optional string a = 1;", "repeated string a = 1;", "FIELD_STRING_OR_BYTES_LABEL_CHANGED #/M/1 ok")]
    [InlineData("", "oneof o { string a = 1; }", "ONEOF_ADDED #/M/o ok")]
    [InlineData("oneof o { string a = 1; }", "", "ONEOF_REMOVED #/M/o ok")]
    [InlineData("oneof o { string a = 1; }", "oneof o { string a = 1; int32 b = 2; }", "ONEOF_FIELD_ADDED #/M/o/2 ok")]
    [InlineData("oneof o { string a = 1; int32 b = 2; }", "oneof o { string a = 1; }",
        "ONEOF_FIELD_REMOVED #/M/o/2 no")]
    [InlineData("oneof o { string a = 1; int32 b = 2; }", "oneof o { string a = 1; } int32 b = 2;",
        "ONEOF_FIELD_MOVED_TO_TOP_LEVEL #/M/o/2 ok")]
    [InlineData("string a = 1; string b = 2;", "oneof o { string a = 1; string b = 2; }",
        "ONEOF_ADDED #/M/o ok|MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o no")]
    [InlineData("string a = 1;", "oneof o { string a = 1; string b = 2; }", "ONEOF_ADDED #/M/o ok")]
    [InlineData("string a = 1; oneof o { string b = 2; }", "oneof o { string a = 1; string b = 2; }",
        "FIELD_MOVED_TO_EXISTING_ONEOF #/M/o no|ONEOF_FIELD_ADDED #/M/o/1 ok")]
    [InlineData("message I { string a = 1; } I i = 1;", "I i = 1; message I { fixed64 a = 1; }",
        "FIELD_SCALAR_KIND_CHANGED #/M.I/1 no")]
    public void Members_of_a_message(string original, string update, string? expected)
    {
        const string frame = "message M {{ {0} }} message N {{ }} message O {{ }} enum E {{ Z = 0; }}";

        var found = Compare(Format(frame, original), Format(frame, update));

        Assert.Equal(expected?.Split('|') ?? [], found);
    }

    [Theory]
    [InlineData("package a; message M { }", "package b; message M { }", "PACKAGE_CHANGED #/ no")]
    [InlineData("message M { }", "message M { } message N { }", "MESSAGE_ADDED #/N ok")]
    [InlineData("message M { } message N { }", "message M { }", "MESSAGE_REMOVED #/N no")]
    [InlineData("enum E { A = 0; }", "enum E { A = 0; B = 1; }", "ENUM_CONST_ADDED #/E/1 ok")]
    [InlineData("enum E { A = 0; }", "enum E { B = 0; }", "ENUM_CONST_CHANGED #/E/0 ok")]
    [InlineData("enum E { A = 0; B = 1; }", "enum E { A = 0; }", "ENUM_CONST_REMOVED #/E/1 ok")]
    public void Types_of_a_file(string original, string update, string expected) =>
        Assert.Equal([expected], Compare(original, update));

    [Fact]
    public void A_message_of_a_reference_is_compared_by_what_it_holds()
    {
        const string text = "import \"r.proto\"; message M { R r = 1; }";
        var before = ReadWith(text, "message R { string a = 1; }");
        var after = ReadWith(text, "message R { fixed32 a = 1; }");

        var found = ProtobufCompatibility.Compare(before, after);

        Assert.Equal(ProtoDifferenceType.FIELD_NAMED_TYPE_CHANGED, Assert.Single(found).Type);
    }

    private static ProtoSchema ReadWith(string text, string reference) => (ProtoSchema)new ProtobufLanguage().Read(
        text, [new ResolvedReference("r.proto", new StoredSchema("r", 1, 1, default, "PROTOBUF", reference, [],
            Deleted: false, 0))], new ParseOptions(IsNew: true, Normalize: false)).Model;

    private static string Format(string frame, string members) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, frame, members);
}
