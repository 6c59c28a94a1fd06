using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>A schema found by its id.</summary>
internal sealed record SchemaByIdResponse(
    [property: JsonPropertyName("subject")] string? Subject,
    [property: JsonPropertyName("version")] int? Version,
    [property: JsonPropertyName("guid")] Guid Guid,
    [property: JsonPropertyName("schemaType")] string SchemaType,
    [property: JsonPropertyName("references")] IReadOnlyList<SchemaReference>? References,
    [property: JsonPropertyName("metadata")] SchemaMetadata? Metadata,
    [property: JsonPropertyName("ruleSet")] RuleSet? RuleSet,
    [property: JsonPropertyName("schema")] string Schema,
    [property: JsonPropertyName("maxId")] int? MaxId,
    [property: JsonPropertyName("ts")] long Ts)
{
    public static SchemaByIdResponse From(StoredSchema schema, string text, bool withSubject, int? maxId) => new(
        withSubject ? schema.Subject : null, withSubject ? schema.Version : null, schema.Guid, schema.SchemaType,
        schema.References.Count == 0 ? null : schema.References, schema.Metadata, schema.Rules, text, maxId,
        schema.TimestampMs);
}

/// <summary>An id and the context in which it is one.</summary>
internal sealed record ContextId(
    [property: JsonPropertyName("context")] string Context,
    [property: JsonPropertyName("id")] int Id);

/// <summary>Where a schema is used.</summary>
internal sealed record SubjectVersion(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("version")] int Version);
