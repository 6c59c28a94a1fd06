using Platform.Api.SchemaRegistry.Avro;

namespace Platform.Api.Tests.SchemaRegistry.Avro;

public sealed class AvroSchemaParserTests
{
    private static AvroSchema Parse(string text) => new AvroSchemaParser(validateDefaults: true).Parse(text);

    private static string Failure(string text) => Assert.Throws<AvroParseException>(() => Parse(text)).Message;

    [Fact]
    public void A_name_without_dots_is_looked_up_in_the_enclosing_namespace()
    {
        var outer = Assert.IsType<RecordSchema>(Parse("""
            {"type":"record","name":"Outer","namespace":"com.acme","fields":[
              {"name":"a","type":{"type":"enum","name":"Kind","symbols":["A","B"]}},
              {"name":"b","type":"Kind"},
              {"name":"c","type":["null","com.acme.Outer"]}]}
            """));

        Assert.Equal("com.acme.Kind", Assert.IsType<EnumSchema>(outer.Fields[1].Schema).Name.FullName);
        Assert.Same(outer, Assert.IsType<UnionSchema>(outer.Fields[2].Schema).Branches[1]);
    }

    [Fact]
    public void Names_of_references_are_known_to_the_schema_that_follows()
    {
        var parser = new AvroSchemaParser(validateDefaults: true);
        parser.Parse("""{"type":"record","name":"Money","namespace":"x","fields":[]}""");

        var order = Assert.IsType<RecordSchema>(
            parser.Parse("""{"type":"record","name":"Order","fields":[{"name":"price","type":"x.Money"}]}"""));

        Assert.Equal("x.Money", Assert.IsType<RecordSchema>(order.Fields[0].Schema).Name.FullName);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("7", "a schema is a name, an object or an array")]
    [InlineData("\"strin\"", "undefined name 'strin'")]
    [InlineData("""{"name":"x"}""", "\"type\" is missing")]
    [InlineData("""{"type":"array"}""", "\"items\" is missing")]
    [InlineData("""{"type":"record","name":"1x","fields":[]}""", "'1x' is not a legal name")]
    [InlineData("""{"type":"record","name":"x","namespace":"a..b","fields":[]}""", "'a..b' is not a legal namespace")]
    [InlineData("""{"type":"record","name":"x"}""", "no array \"fields\"")]
    [InlineData("""{"type":"enum","name":"e","symbols":["A","A"]}""", "symbol 'A' twice")]
    [InlineData("""{"type":"enum","name":"e","symbols":["A"],"default":"B"}""", "the default 'B' of enum 'e'")]
    [InlineData("""{"type":"fixed","name":"f","size":-1}""", "fixed 'f' needs \"size\"")]
    [InlineData("""["int","int"]""", "the union holds 'int' twice")]
    [InlineData("""["int",["null"]]""", "may not hold another union")]
    [InlineData("""{"type":"string","type":"int"}""", "not JSON")]
    public void A_wrong_schema_is_refused_with_the_reason(string text, string reason) =>
        Assert.Contains(reason, Failure(text), StringComparison.Ordinal);

    [Fact]
    public void The_reason_says_where_the_mistake_is()
    {
        var message = Failure("""
            {"type":"record","name":"r","fields":[{"name":"a","type":"int"},
              {"name":"b","type":{"type":"map","values":"nope"}}]}
            """);

        Assert.EndsWith("(at /fields/1/type/values)", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"int\"", "\"x\"", false)]
    [InlineData("\"int\"", "1", true)]
    [InlineData("\"int\"", "3000000000", false)]
    [InlineData("\"long\"", "3000000000", true)]
    [InlineData("\"double\"", "1", true)]
    [InlineData("[\"null\",\"string\"]", "null", true)]
    [InlineData("[\"null\",\"string\"]", "\"x\"", true)]
    [InlineData("[\"null\",\"string\"]", "1", false)]
    [InlineData("""{"type":"array","items":"int"}""", "[1,2]", true)]
    [InlineData("""{"type":"array","items":"int"}""", "[1,\"2\"]", false)]
    [InlineData("""{"type":"fixed","name":"f","size":2}""", "\"ab\"", true)]
    [InlineData("""{"type":"fixed","name":"f","size":2}""", "\"abc\"", false)]
    public void The_default_of_a_new_schema_must_fit_its_type(string type, string value, bool fits)
    {
        var text = $$"""{"type":"record","name":"r","fields":[{"name":"a","type":{{type}},"default":{{value}}}]}""";

        var error = Record.Exception(() => Parse(text));

        Assert.Equal(fits, error is null);
    }

    [Fact]
    public void A_stored_schema_may_have_a_default_that_does_not_fit()
    {
        const string text = """{"type":"record","name":"r","fields":[{"name":"a","type":"int","default":"x"}]}""";

        var schema = new AvroSchemaParser(validateDefaults: false).Parse(text);

        Assert.NotNull(Assert.IsType<RecordSchema>(schema).Fields[0].Default);
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_refused_and_not_a_crash()
    {
        var text = string.Concat(Enumerable.Repeat("""{"type":"array","items":""", 100_000)) + "\"int\"";

        Assert.Contains("depth", Failure(text), StringComparison.Ordinal);
    }
}
