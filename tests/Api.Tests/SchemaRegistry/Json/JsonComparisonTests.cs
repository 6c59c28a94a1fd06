using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Json;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.Tests.SchemaRegistry.Json;

/// <summary>One row for each rule: the old schema, the new one, and how they differ.</summary>
public sealed class JsonComparisonTests
{
    private static JsonSchema Read(string text) =>
        (JsonSchema)new JsonSchemaLanguage().Read(text, [], new ParseOptions(IsNew: true, Normalize: false)).Model;

    private static string[] Compare(string original, string update) => [.. JsonComparison
        .Compare(Read(original).Root, Read(update).Root)
        .Select(one => $"{one.Type} {one.Pointer} {(one.IsCompatible(CompatibilityPolicy.STRICT) ? "ok" : "no")}")];

    [Theory]
    [InlineData("""{"type":"integer"}""", """{"type":"number"}""", "TYPE_EXTENDED #/ ok")]
    [InlineData("""{"type":"number"}""", """{"type":"integer"}""", "TYPE_NARROWED #/ no")]
    [InlineData("""{"type":"string"}""", """{"type":"number"}""", "TYPE_CHANGED #/ no")]
    [InlineData("""{"type":"string"}""", "true", null)]
    [InlineData("false", """{"type":"string"}""", null)]
    [InlineData("""{"type":"string"}""", """{"type":"string","title":"t"}""", "TITLE_CHANGED #/title ok")]
    [InlineData("""{"maxLength":3}""", """{"maxLength":4}""", "MAX_LENGTH_INCREASED #/maxLength ok")]
    [InlineData("""{"maxLength":3}""", """{"maxLength":2}""", "MAX_LENGTH_DECREASED #/maxLength no")]
    [InlineData("""{"type":"string","maxLength":3}""", """{"type":"string"}""", "MAX_LENGTH_REMOVED #/maxLength ok")]
    [InlineData("""{"type":"string"}""", """{"type":"string","minLength":3}""", "MIN_LENGTH_ADDED #/minLength no")]
    [InlineData("""{"minLength":3}""", """{"minLength":4}""", "MIN_LENGTH_INCREASED #/minLength no")]
    [InlineData("""{"pattern":"a"}""", """{"pattern":"b"}""", "PATTERN_CHANGED #/pattern no")]
    [InlineData("""{"exclusiveMaximum":9}""", """{"exclusiveMaximum":8}""",
        "EXCLUSIVE_MAXIMUM_DECREASED #/exclusiveMaximum no")]
    [InlineData("""{"multipleOf":10}""", """{"multipleOf":5}""", "MULTIPLE_OF_REDUCED #/multipleOf ok")]
    [InlineData("""{"multipleOf":5}""", """{"multipleOf":10}""", "MULTIPLE_OF_EXPANDED #/multipleOf no")]
    [InlineData("""{"multipleOf":5}""", """{"multipleOf":3}""", "MULTIPLE_OF_CHANGED #/multipleOf no")]
    [InlineData("""{"type":"array","uniqueItems":true}""", """{"type":"array"}""", "UNIQUE_ITEMS_REMOVED #/uniqueItems ok")]
    [InlineData("""{"enum":["a"]}""", """{"enum":["a","b"]}""", "ENUM_ARRAY_EXTENDED #/enum ok")]
    [InlineData("""{"enum":["a","b"]}""", """{"enum":["a"]}""", "ENUM_ARRAY_NARROWED #/enum no")]
    [InlineData("""{"enum":["a"]}""", """{"enum":["b"]}""", "ENUM_ARRAY_CHANGED #/enum no")]
    [InlineData("""{"const":1}""", """{"const":2}""", "ENUM_ARRAY_CHANGED #/const no")]
    [InlineData("""{"type":"string"}""", """{"oneOf":[{"type":"null"},{"type":"string"}]}""", "SUM_TYPE_EXTENDED #/ ok")]
    [InlineData("""{"type":"string"}""", """{"type":["null","string"]}""", "SUM_TYPE_EXTENDED #/ ok")]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"string"}]}""", """{"anyOf":[{"type":"string"},{"type":"boolean"}]}""",
        "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/ no")]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"string"}]}""",
        """{"anyOf":[{"type":"string"},{"type":"boolean"},{"type":"null"}]}""", "SUM_TYPE_EXTENDED #/ ok")]
    [InlineData("""{"oneOf":[{"type":"null"},{"type":"string"}]}""", """{"anyOf":[{"type":"string"},{"type":"null"}]}""",
        "COMBINED_TYPE_EXTENDED #/ ok")]
    [InlineData("""{"not":{"type":"string"}}""", """{"not":{"type":"string","maxLength":3}}""",
        "NOT_TYPE_NARROWED #/not ok")]
    [InlineData("""{"not":{"type":"string","maxLength":3}}""", """{"not":{"type":"string"}}""",
        "NOT_TYPE_EXTENDED #/not no")]
    public void Schemas_of_values(string original, string update, string? expected) =>
        Assert.Equal(expected?.Split('|') ?? [], Compare(original, update));

    [Theory]
    [InlineData("{}", """{"properties":{"a":{"type":"string"}}}""", "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL")]
    [InlineData("{}", """{"properties":{"a":{}}}""", "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL")]
    [InlineData("""{"additionalProperties":false}""",
        """{"additionalProperties":false,"properties":{"a":{"type":"string"}}}""",
        "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL")]
    [InlineData("""{"additionalProperties":false}""",
        """{"additionalProperties":false,"properties":{"a":{"type":"string"}},"required":["a"]}""",
        "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL")]
    [InlineData("""{"additionalProperties":false}""",
        """{"additionalProperties":false,"properties":{"a":{"type":"string","default":""}},"required":["a"]}""",
        "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL")]
    [InlineData("""{"properties":{"a":{}}}""", "{}", "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL")]
    [InlineData("""{"additionalProperties":false,"properties":{"a":{}}}""", """{"additionalProperties":false}""",
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL")]
    [InlineData("""{"additionalProperties":false,"properties":{"a":false}}""", """{"additionalProperties":false}""",
        "PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL")]
    [InlineData("""{"additionalProperties":{"type":"string"},"properties":{"a":{"type":"string"}}}""",
        """{"additionalProperties":{"type":"string"}}""", "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL")]
    [InlineData("""{"patternProperties":{"^a":{"type":"number"}},"properties":{"a":{"type":"string"}}}""",
        """{"patternProperties":{"^a":{"type":"number"}}}""",
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL")]
    [InlineData("""{"properties":{"a":{}}}""", """{"properties":{"a":{}},"required":["a"]}""", "REQUIRED_ATTRIBUTE_ADDED")]
    [InlineData("""{"properties":{"a":{}},"required":["a"]}""", """{"properties":{"a":{}}}""",
        "REQUIRED_ATTRIBUTE_REMOVED")]
    [InlineData("{}", """{"additionalProperties":false}""", "ADDITIONAL_PROPERTIES_REMOVED")]
    [InlineData("""{"additionalProperties":false}""", "{}", "ADDITIONAL_PROPERTIES_ADDED")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", "{}", "ADDITIONAL_PROPERTIES_EXTENDED")]
    [InlineData("{}", """{"additionalProperties":{"type":"string"}}""", "ADDITIONAL_PROPERTIES_NARROWED")]
    [InlineData("""{"dependencies":{"a":["b"]}}""", """{"dependencies":{"a":["b","c"]}}""", "DEPENDENCY_ARRAY_EXTENDED")]
    [InlineData("""{"maxProperties":3}""", """{"maxProperties":2}""", "MAX_PROPERTIES_DECREASED")]
    public void Schemas_of_objects(string original, string update, string expected)
    {
        var found = Compare(AsObject(original), AsObject(update));

        Assert.Equal(expected, Assert.Single(found).Split(' ')[0]);
    }

    [Fact]
    public void What_the_lenient_policy_accepts_is_what_people_expect()
    {
        var before = Read("""{"type":"object","properties":{"a":{"type":"string"}}}""");
        var after = Read("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}""");

        Assert.Single(after.ProblemsReading(before, CompatibilityPolicy.STRICT));
        Assert.Empty(after.ProblemsReading(before, CompatibilityPolicy.LENIENT));
    }

    [Fact]
    public void A_schema_that_refers_to_itself_is_compared_once()
    {
        const string tree = """
            {"$ref":"#/definitions/n","definitions":{"n":{"type":"object","additionalProperties":false,
             "properties":{"left":{"$ref":"#/definitions/n"},"right":{"$ref":"#/definitions/n"},"v":{"type":"TYPE"}}}}}
            """;
        var narrowed = Compare(
            tree.Replace("TYPE", "number", StringComparison.Ordinal),
            tree.Replace("TYPE", "integer", StringComparison.Ordinal));

        Assert.Empty(Compare(tree.Replace("TYPE", "string", StringComparison.Ordinal),
            tree.Replace("TYPE", "string", StringComparison.Ordinal)));
        Assert.Contains("TYPE_NARROWED #/properties/v no", narrowed);
    }

    [Fact]
    public void Alternatives_of_alternatives_do_not_multiply()
    {
        static string Layer(int i) => $$"""
            ,"d{{i}}":{"oneOf":[{"$ref":"#/definitions/d{{i - 1}}"},
              {"type":"array","items":{"$ref":"#/definitions/d{{i - 1}}" } }]}
            """;
        static string Layers(string last) => """{"definitions":{"d0":{"type":" """.TrimEnd() + last + "\"}"
            + string.Concat(Enumerable.Range(1, 30).Select(Layer)) + """},"$ref":"#/definitions/d30"}""";

        Assert.NotEmpty(Compare(Layers("string"), Layers("number")));
        Assert.Empty(Compare(Layers("string"), Layers("string")));
    }

    [Theory]
    [InlineData("""{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","minimum":1,"exclusiveMinimum":true}""",
        """{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","minimum":2,"exclusiveMinimum":true}""",
        "EXCLUSIVE_MINIMUM_INCREASED #/exclusiveMinimum no")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","prefixItems":[{}],"items":false}""",
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","prefixItems":[{},{}],"items":false}""",
        "ITEM_ADDED_TO_CLOSED_CONTENT_MODEL #/items/1 ok")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2019-09/schema","$defs":{"s":{"type":"string"}},"$ref":"#/$defs/s"}""",
        """{"$schema":"https://json-schema.org/draft/2019-09/schema","$defs":{"s":{"type":"string"}},"$ref":"#/$defs/s","maxLength":3}""",
        "TYPE_CHANGED #/ no")]
    [InlineData("""{"$defs":{"s":{"$anchor":"text","type":"string"}},"$ref":"#text"}""", """{"type":"string"}""", null)]
    public void Drafts_differ(string original, string update, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Compare(original, update));

    [Theory]
    [InlineData("""{"type":"strin"}""", "is no type")]
    [InlineData("""{"type":"string","maxLength":-1}""", "'#/maxLength' must be")]
    [InlineData("""{"properties":{"a":{"minimum":"x"}}}""", "'#/properties/a/minimum' must be a number")]
    [InlineData("""{"pattern":"("}""", "no regular expression")]
    [InlineData("""{"$ref":"#/definitions/none"}""", "\"#/definitions/none\" means nothing")]
    [InlineData("""{"$ref":"http://example.org/x.json"}""", "means nothing")]
    [InlineData("""{"anyOf":[]}""", "at least one schema")]
    [InlineData("""{"a":1,"a":2}""", "not JSON")]
    [InlineData("7", "a schema is an object or a boolean")]
    public void What_is_wrong_is_said(string text, string reason)
    {
        var error = Assert.ThrowsAny<SchemaParseException>(() => Read(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalizing_sorts_what_has_no_order()
    {
        var read = new JsonSchemaLanguage().Read(
            """{ "type" : "object", "a": {"c":1.50,"b":[2,1]} }""", [], new ParseOptions(IsNew: true, Normalize: true));

        Assert.Equal("""{"a":{"b":[2,1],"c":1.5},"type":"object"}""", read.Text);
    }

    private static string AsObject(string schema) =>
        schema == "{}" ? """{"type":"object"}""" : """{"type":"object",""" + schema[1..];
}
