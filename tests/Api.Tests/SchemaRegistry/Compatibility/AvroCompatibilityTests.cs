using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Compatibility;

namespace Platform.Api.Tests.SchemaRegistry.Compatibility;

public sealed class AvroCompatibilityTests
{
    private static AvroSchema Parse(string text) => new AvroSchemaParser(validateDefaults: false).Parse(text);

    private static IReadOnlyList<AvroIncompatibility> Check(string reader, string writer) =>
        AvroCompatibility.Check(Parse(reader), Parse(writer));

    private static string Record(string fields, string name = "R") =>
        $$"""{"type":"record","name":"{{name}}","fields":[{{fields}}]}""";

    [Theory]
    [InlineData("long", "int", true)]
    [InlineData("float", "int", true)]
    [InlineData("double", "int", true)]
    [InlineData("float", "long", true)]
    [InlineData("double", "long", true)]
    [InlineData("double", "float", true)]
    [InlineData("bytes", "string", true)]
    [InlineData("string", "bytes", true)]
    [InlineData("int", "long", false)]
    [InlineData("long", "float", false)]
    [InlineData("float", "double", false)]
    [InlineData("string", "int", false)]
    [InlineData("boolean", "int", false)]
    [InlineData("null", "int", false)]
    public void Primitives_are_promoted_as_the_specification_says(string reader, string writer, bool compatible)
    {
        var found = Check(reader, writer);

        Assert.Equal(compatible ? [] : [AvroIncompatibilityType.TYPE_MISMATCH], found.Select(one => one.Type));
    }

    [Fact]
    public void A_new_field_needs_a_default()
    {
        var found = Check(
            Record("""{"name":"a","type":"int"},{"name":"b","type":"int"},{"name":"c","type":"int","default":1}"""),
            Record("""{"name":"a","type":"int"}"""));

        Assert.Equal(
            [new AvroIncompatibility(AvroIncompatibilityType.READER_FIELD_MISSING_DEFAULT_VALUE, "/fields/1", "b")],
                found);
    }

    [Fact]
    public void A_default_of_null_is_a_default_and_a_removed_field_is_ignored() => Assert.Empty(Check(
        Record("""{"name":"b","type":["null","int"],"default":null}"""),
        Record("""{"name":"a","type":"int"}""")));

    [Fact]
    public void A_field_is_found_by_the_alias_of_the_reader() => Assert.Empty(Check(
        Record("""{"name":"new","type":"long","aliases":["old"]}"""),
        Record("""{"name":"old","type":"int"}""")));

    [Fact]
    public void Of_several_aliases_the_first_field_of_the_writer_counts_and_a_name_counts_more()
    {
        const string reader = """{"name":"new","type":"int","aliases":["second","first"]}""";
        const string writer = """{"name":"first","type":"int"},{"name":"second","type":"string"}""";

        Assert.Empty(Check(Record(reader), Record(writer)));
        Assert.Equal(AvroIncompatibilityType.TYPE_MISMATCH,
            Assert.Single(Check(Record(reader), Record(writer + """,{"name":"new","type":"string"}"""))).Type);
    }

    [Fact]
    public void Each_of_thousands_of_fields_is_compared_with_its_own()
    {
        const int fields = 5_000;
        static string Field(int i, string type) => $$"""{"name":"f{{i}}","type":"{{type}}"}""";
        var reader = Record(string.Join(',', Enumerable.Range(0, fields).Select(i => Field(i, "int"))));
        var writer = Record(string.Join(',', Enumerable.Range(0, fields).Reverse()
            .Select(i => Field(i, i == 4_321 ? "string" : "int"))));

        var found = Assert.Single(Check(reader, writer));

        Assert.Equal("/fields/4321/type", found.Location);
    }

    [Fact]
    public void All_problems_of_a_record_are_reported_together()
    {
        var found = Check(
            Record("""{"name":"a","type":"int"},{"name":"b","type":"int"}""", name: "New"),
            Record("""{"name":"a","type":"string"}""", name: "Old"));

        Assert.Equal(
            [("/name", "expected: Old"), ("/fields/0/type", "reader type: INT not compatible with writer type: STRING"),
                ("/fields/1", "b")],
            found.Select(one => (one.Location, one.Info)));
    }

    [Fact]
    public void Named_types_match_without_their_namespace_or_by_alias()
    {
        const string fixedA = """{"type":"fixed","name":"a.F","size":4}""";

        Assert.Empty(Check("""{"type":"fixed","name":"b.F","size":4}""", fixedA));
        Assert.Empty(Check("""{"type":"fixed","name":"G","aliases":["a.F"],"size":4}""", fixedA));
        Assert.Equal(
            [new AvroIncompatibility(AvroIncompatibilityType.NAME_MISMATCH, "/name", "expected: a.F")],
            Check("""{"type":"fixed","name":"G","size":4}""", fixedA));
    }

    [Fact]
    public void The_size_of_a_fixed_may_not_change() => Assert.Equal(
        [new AvroIncompatibility(AvroIncompatibilityType.FIXED_SIZE_MISMATCH, "/size", "expected: 16, found: 8")],
        Check("""{"type":"fixed","name":"F","size":8}""", """{"type":"fixed","name":"F","size":16}"""));

    [Fact]
    public void The_default_of_an_enum_is_no_default_of_a_field()
    {
        var found = Check(
            Record("""{"name":"e","type":{"type":"enum","name":"E","symbols":["A"],"default":"A"}}"""), Record(""));

        Assert.Equal([(AvroIncompatibilityType.TYPE_MISMATCH, "/fields/0/type")],
            found.Select(one => (one.Type, one.Location)));
    }

    [Fact]
    public void An_enum_reads_unknown_symbols_only_when_it_has_a_default()
    {
        const string written = """{"type":"enum","name":"E","symbols":["A","B","C"]}""";

        Assert.Equal(
            [new AvroIncompatibility(AvroIncompatibilityType.MISSING_ENUM_SYMBOLS, "/symbols", "[B, C]")],
            Check("""{"type":"enum","name":"E","symbols":["A"]}""", written));
        Assert.Empty(Check("""{"type":"enum","name":"E","symbols":["A"],"default":"A"}""", written));
    }

    [Fact]
    public void Every_branch_of_a_written_union_must_be_readable()
    {
        Assert.Empty(Check("""["null","long","string"]""", """["int","bytes"]"""));
        Assert.Equal(
            [new AvroIncompatibility(
                AvroIncompatibilityType.MISSING_UNION_BRANCH, "/1", "reader union lacking writer type: STRING")],
            Check("""["null","int"]""", """["null","string"]"""));
        Assert.Equal("/1", Assert.Single(Check("int", """["int","string"]""")).Location);
        Assert.Equal("/", Assert.Single(Check("""["null","int"]""", "string")).Location);
    }

    [Fact]
    public void Arrays_and_maps_are_compared_by_what_they_hold()
    {
        Assert.Equal("/items", Assert.Single(
            Check("""{"type":"array","items":"int"}""", """{"type":"array","items":"string"}""")).Location);
        Assert.Equal("/values/items", Assert.Single(Check(
            """{"type":"map","values":{"type":"array","items":"int"}}""",
            """{"type":"map","values":{"type":"array","items":"string"}}""")).Location);
    }

    [Fact]
    public void A_type_that_refers_to_itself_is_compared_once()
    {
        const string list = """{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}""";

        Assert.Empty(Check(list, list));
    }
}
