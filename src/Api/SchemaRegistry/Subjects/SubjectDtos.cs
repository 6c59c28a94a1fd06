using System.Text.Json.Serialization;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Subjects;

/// <summary>A schema to register, look up or check.</summary>
internal sealed record RegisterSchemaRequest(
    [property: JsonPropertyName("schema")] string? Schema,
    [property: JsonPropertyName("schemaType")] string? SchemaType = null,
    [property: JsonPropertyName("references")] IReadOnlyList<SchemaReference>? References = null);

/// <summary>What was registered. Older clients read the id, newer ones the GUID as well.</summary>
internal sealed record RegisterSchemaResponse(
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("guid")] Guid Guid,
    [property: JsonPropertyName("schemaType")] string SchemaType,
    [property: JsonPropertyName("references")] IReadOnlyList<SchemaReference>? References,
    [property: JsonPropertyName("schema")] string Schema,
    [property: JsonPropertyName("ts")] long Ts)
{
    public static RegisterSchemaResponse From(StoredSchema schema) => new(schema.Id, schema.Version, schema.Guid,
        schema.SchemaType, schema.References.Count == 0 ? null : schema.References, schema.Text, schema.TimestampMs);
}

/// <summary>A version of a subject.</summary>
internal sealed record SubjectSchemaResponse(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("guid")] Guid Guid,
    [property: JsonPropertyName("schemaType")] string SchemaType,
    [property: JsonPropertyName("references")] IReadOnlyList<SchemaReference>? References,
    [property: JsonPropertyName("schema")] string Schema,
    [property: JsonPropertyName("deleted")] bool? Deleted,
    [property: JsonPropertyName("ts")] long Ts)
{
    public static SubjectSchemaResponse From(StoredSchema schema) => new(
        schema.Subject, schema.Version, schema.Id, schema.Guid, schema.SchemaType,
        schema.References.Count == 0 ? null : schema.References, schema.Text,
        schema.Deleted ? true : null, schema.TimestampMs);
}
