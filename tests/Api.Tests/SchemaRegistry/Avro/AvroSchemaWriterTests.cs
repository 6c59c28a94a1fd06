using Platform.Api.SchemaRegistry.Avro;

namespace Platform.Api.Tests.SchemaRegistry.Avro;

/// <summary>
/// The stored text of a schema equals what registries on Avro's Java library store, or ids would differ.
/// </summary>
public sealed class AvroSchemaWriterTests
{
    private static string Canonical(string text) =>
        AvroSchemaWriter.Write(new AvroSchemaParser(validateDefaults: false).Parse(text), referenced: []);

    [Theory]
    [InlineData("string", "\"string\"")]
    [InlineData("""{ "type" : "string" }""", "\"string\"")]
    [InlineData("""{"type":"string","doc":"dropped"}""", "\"string\"")]
    [InlineData("""{"logicalType":"date", "type":"int"}""", """{"type":"int","logicalType":"date"}""")]
    [InlineData("""["null", {"type":"long"}]""", """["null","long"]""")]
    [InlineData("""{"items":"int","type":"array","x":[1, 2.50]}""", """{"type":"array","items":"int","x":[1,2.5]}""")]
    [InlineData("""{"type":"map","values":{"type":"bytes"}}""", """{"type":"map","values":"bytes"}""")]
    [InlineData("""{"type":"fixed","size":4,"name":"a.b.F"}""",
        """{"type":"fixed","name":"F","namespace":"a.b","size":4}""")]
    [InlineData("""{"type":"enum","default":"A","symbols":["A"],"name":"E","doc":"d","aliases":["Old"],"p":1}""",
        """{"type":"enum","name":"E","doc":"d","symbols":["A"],"default":"A","p":1,"aliases":["Old"]}""")]
    public void Attributes_are_printed_in_the_fixed_order_and_without_whitespace(string given, string stored) =>
        Assert.Equal(stored, Canonical(given));

    [Fact]
    public void A_record_keeps_docs_defaults_orders_aliases_and_custom_properties()
    {
        const string given = """
            {"name":"R","type":"record","namespace":"n","aliases":["m.Q","P"],"doc":"a \"doc\"","fields":[
              {"doc":"x","type":["null","int"],"name":"a","default":null,"order":"ignore","aliases":["b"],"t":1},
              {"name":"c","type":"double","default":1e10,"order":"ascending"}]}
            """;

        Assert.Equal(
            """{"type":"record","name":"R","namespace":"n","doc":"a \"doc\"","fields":["""
            + """{"name":"a","type":["null","int"],"doc":"x","default":null,"order":"ignore","aliases":["b"],"t":1},"""
            + """{"name":"c","type":"double","default":1.0E10}],"aliases":["m.Q","P"]}""",
            Canonical(given));
    }

    [Fact]
    public void A_named_type_is_printed_once_and_its_namespace_only_where_it_changes()
    {
        const string given = """
            {"type":"record","name":"a.R","fields":[
              {"name":"x","type":{"type":"fixed","name":"F","namespace":"a","size":1}},
              {"name":"y","type":{"type":"fixed","name":"F","namespace":"b","size":1}},
              {"name":"z","type":["F","b.F","R"]}]}
            """;

        Assert.Equal(
            """{"type":"record","name":"R","namespace":"a","fields":["""
            + """{"name":"x","type":{"type":"fixed","name":"F","size":1}},"""
            + """{"name":"y","type":{"type":"fixed","name":"F","namespace":"b","size":1}},"""
            + """{"name":"z","type":["F","b.F","R"]}]}""",
            Canonical(given));
    }

    [Fact]
    public void Types_of_references_are_printed_by_name()
    {
        var parser = new AvroSchemaParser(validateDefaults: true);
        parser.Parse("""{"type":"record","name":"x.Money","fields":[]}""");
        string[] referenced = [.. parser.Names.Keys];

        var text = AvroSchemaWriter.Write(parser.Parse("""{"type":"array","items":"x.Money"}"""), referenced);

        Assert.Equal("""{"type":"array","items":"x.Money"}""", text);
    }

    [Fact]
    public void Printing_what_was_printed_changes_nothing()
    {
        const string given = """{"type":"record","name":"Größe","doc":"caf\u00e9 <b>&\u0001</b>","fields":[]}""";
        var legal = given.Replace("Größe", "Groesse", StringComparison.Ordinal);

        var once = Canonical(legal);

        Assert.Contains("café <b>&\\u0001</b>", once, StringComparison.Ordinal);
        Assert.Equal(once, Canonical(once));
    }
}
