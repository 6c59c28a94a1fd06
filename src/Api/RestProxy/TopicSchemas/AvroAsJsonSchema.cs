using System.Text.Json.Nodes;
using Platform.Api.SchemaRegistry.Avro;

namespace Platform.Api.RestProxy.TopicSchemas;

/// <summary>Avro's JSON encoding as JSON Schema: what a record of the schema looks like in a request.</summary>
internal static class AvroAsJsonSchema
{
    /// <summary>The schema; named types go to the components.</summary>
    public static JsonNode Write(AvroSchema schema, SchemaComponents components) => schema switch
    {
        NamedSchema named => components.Reference(named.Name.FullName, () => Named(named, components)),
        ArraySchema array => new JsonObject { ["type"] = "array", ["items"] = Write(array.Items, components) },
        MapSchema map => new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = Write(map.Values, components),
        },
        UnionSchema union => new JsonObject
        {
            ["anyOf"] = new JsonArray([.. union.Branches.Select(branch => Branch(branch, components))]),
        },
        _ => new JsonObject { ["type"] = TypeOf(schema.Type) },
    };

    private static string TypeOf(AvroType type) => type switch
    {
        AvroType.Null => "null",
        AvroType.Boolean => "boolean",
        AvroType.Int or AvroType.Long => "integer",
        AvroType.Float or AvroType.Double => "number",
        _ => "string",
    };

    // null stands bare, everything else under the name of its type: {"string":"x"}.
    private static JsonNode Branch(AvroSchema branch, SchemaComponents components)
    {
        if (branch.Type == AvroType.Null)
            return Write(branch, components);
        var name = branch is NamedSchema named ? named.Name.FullName
            : branch.Type.ToString().ToLowerInvariant();
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [name] = Write(branch, components) },
            ["required"] = new JsonArray(name),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Named(NamedSchema schema, SchemaComponents components) => schema switch
    {
        EnumSchema symbols => new JsonObject
        {
            ["type"] = "string",
            ["enum"] = new JsonArray([.. symbols.Symbols.Select(symbol => JsonValue.Create(symbol))]),
        },
        RecordSchema record => Record(record, components),
        _ => new JsonObject { ["type"] = "string" },
    };

    // Every field is there: Avro applies defaults when it reads, not when it writes.
    private static JsonObject Record(RecordSchema record, SchemaComponents components)
    {
        var properties = new JsonObject();
        foreach (var field in record.Fields)
            properties[field.Name] = Write(field.Schema, components);
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. record.Fields.Select(field => JsonValue.Create(field.Name))]),
            ["additionalProperties"] = false,
        };
        if (record.Doc is not null)
            schema["description"] = record.Doc;
        return schema;
    }
}
