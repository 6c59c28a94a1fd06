using System.Text.Json.Serialization;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// A version of a subject. Absent schemaType means AVRO; soft deletion rewrites it with deleted = true.
/// </summary>
internal sealed record SchemaValue(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("md5")] string? Md5,
    [property: JsonPropertyName("schemaType")] string? SchemaType,
    [property: JsonPropertyName("references")] IReadOnlyList<SchemaReference>? References,
    [property: JsonPropertyName("metadata")] SchemaMetadata? Metadata,
    [property: JsonPropertyName("ruleSet")] RuleSet? Rules,
    [property: JsonPropertyName("schema")] string Schema,
    [property: JsonPropertyName("deleted")] bool Deleted);

/// <summary>A context that exists, also while it is empty.</summary>
internal sealed record ContextValue(
    [property: JsonPropertyName("tenant")] string Tenant,
    [property: JsonPropertyName("context")] string Context);

/// <summary>Mode of a subject, or of all when the subject is absent.</summary>
internal sealed record ModeValue(
    [property: JsonPropertyName("subject")] string? Subject,
    [property: JsonPropertyName("mode")] string? Mode);

/// <summary>
/// Deletes the versions of a subject up to <paramref name="Version"/>, softly or, as CLEAR_SUBJECT, for good.
/// </summary>
internal sealed record DeleteSubjectValue(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("version")] int Version);

/// <summary>
/// Value of a NOOP record. Other registries ignore the value of a NOOP; ours keeps there the highest id that was ever
/// given, because compaction forgets a schema that was deleted for good and its id must never be given again.
/// </summary>
internal sealed record NoopValue([property: JsonPropertyName("maxId")] int MaxId);
