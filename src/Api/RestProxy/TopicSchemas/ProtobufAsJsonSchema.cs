using System.Text.Json.Nodes;
using Platform.Api.SchemaRegistry.Protobuf;

namespace Platform.Api.RestProxy.TopicSchemas;

/// <summary>The JSON form of Protobuf as JSON Schema.</summary>
internal static class ProtobufAsJsonSchema
{
    /// <summary>A message; it and those inside of it go to the components.</summary>
    public static JsonNode Write(ProtoSchema schema, ProtoType type, SchemaComponents components) =>
        WellKnown(type.FullName) ?? components.Reference(type.FullName, () => type.Enum is { } symbols
            ? new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. symbols.Constants.Select(one => JsonValue.Create(one.Name))]),
            }
            : Message(schema, type, components));

    private static JsonObject Message(ProtoSchema schema, ProtoType type, SchemaComponents components)
    {
        var properties = new JsonObject();
        foreach (var field in type.Message!.AllFields)
            properties[ProtoJsonNames.Of(field.Name)] = Field(schema, type, field, components);
        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }

    private static JsonNode Field(
        ProtoSchema schema, ProtoType owner, ProtoField field, SchemaComponents components)
    {
        var one = Scalar(field.Type) ?? (schema.Resolve(field.Type, owner.FullName) is { } type
            ? Write(schema, type, components) : new JsonObject());
        return field.MapKey is not null ? new JsonObject { ["type"] = "object", ["additionalProperties"] = one }
            : field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = one } : one;
    }

    // Numbers of 64 bits are texts, since JavaScript cannot hold them.
    private static JsonObject? Scalar(string type) => type switch
    {
        "bool" => new JsonObject { ["type"] = "boolean" },
        "int32" or "sint32" or "uint32" or "fixed32" or "sfixed32" => new JsonObject { ["type"] = "integer" },
        "int64" or "sint64" or "uint64" or "fixed64" or "sfixed64" => new JsonObject { ["type"] = "string" },
        "float" or "double" => new JsonObject { ["type"] = "number" },
        "string" => new JsonObject { ["type"] = "string" },
        "bytes" => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
        _ => null,
    };

    private static JsonObject? WellKnown(string name) => name switch
    {
        "google.protobuf.Timestamp" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        "google.protobuf.Duration" or "google.protobuf.FieldMask" => new JsonObject { ["type"] = "string" },
        "google.protobuf.Struct" => new JsonObject { ["type"] = "object" },
        "google.protobuf.Value" => new JsonObject(),
        _ => null,
    };
}
