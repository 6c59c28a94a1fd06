using System.Text.Json.Serialization;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Subjects;

/// <summary>A schema to register, look up or check.</summary>
/// <param name="Schema">The text; of Protobuf also a FileDescriptorProto in base64.</param>
/// <param name="SchemaType">AVRO, JSON or PROTOBUF; AVRO when absent.</param>
/// <param name="References">Schemas that it uses.</param>
/// <param name="Metadata">What it says about itself.</param>
/// <param name="RuleSet">Rules for serializers.</param>
/// <param name="Version">The version that it must get; only in IMPORT mode another one than the next.</param>
/// <param name="Id">The id that it must get; only in IMPORT mode.</param>
internal sealed record RegisterSchemaRequest(
    [property: JsonPropertyName("schema")] string? Schema,
    [property: JsonPropertyName("schemaType")] string? SchemaType = null,
    [property: JsonPropertyName("references")] IReadOnlyList<SchemaReference>? References = null,
    [property: JsonPropertyName("metadata")] SchemaMetadata? Metadata = null,
    [property: JsonPropertyName("ruleSet")] RuleSet? RuleSet = null,
    [property: JsonPropertyName("version")] int? Version = null,
    [property: JsonPropertyName("id")] int? Id = null);

/// <summary>What was registered. Older clients read the id, newer ones the GUID as well.</summary>
internal sealed record RegisterSchemaResponse(
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("guid")] Guid Guid,
    [property: JsonPropertyName("schemaType")] string SchemaType,
    [property: JsonPropertyName("references")] IReadOnlyList<SchemaReference>? References,
    [property: JsonPropertyName("metadata")] SchemaMetadata? Metadata,
    [property: JsonPropertyName("ruleSet")] RuleSet? RuleSet,
    [property: JsonPropertyName("schema")] string Schema,
    [property: JsonPropertyName("ts")] long Ts)
{
    public static RegisterSchemaResponse From(StoredSchema schema, string text) => new(schema.Id, schema.Version,
        schema.Guid, schema.SchemaType, schema.References.Count == 0 ? null : schema.References, schema.Metadata,
        schema.Rules, text, schema.TimestampMs);
}

/// <summary>A version of a subject.</summary>
internal sealed record SubjectSchemaResponse(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("guid")] Guid Guid,
    [property: JsonPropertyName("schemaType")] string SchemaType,
    [property: JsonPropertyName("references")] IReadOnlyList<SchemaReference>? References,
    [property: JsonPropertyName("metadata")] SchemaMetadata? Metadata,
    [property: JsonPropertyName("ruleSet")] RuleSet? RuleSet,
    [property: JsonPropertyName("schema")] string Schema,
    [property: JsonPropertyName("deleted")] bool? Deleted,
    [property: JsonPropertyName("ts")] long Ts)
{
    public static SubjectSchemaResponse From(StoredSchema schema) => From(schema, schema.Text);

    /// <summary>With the text in another form than the stored one.</summary>
    public static SubjectSchemaResponse From(StoredSchema schema, string text) => new(
        schema.Subject, schema.Version, schema.Id, schema.Guid, schema.SchemaType,
        schema.References.Count == 0 ? null : schema.References, schema.Metadata, schema.Rules, text,
        schema.Deleted ? true : null, schema.TimestampMs);
}

/// <summary>Tags, metadata and rules to change; the schema with them becomes a new version.</summary>
internal sealed record ModifyTagsRequest(
    [property: JsonPropertyName("newVersion")] int? NewVersion = null,
    [property: JsonPropertyName("tagsToAdd")] IReadOnlyList<SchemaTags>? TagsToAdd = null,
    [property: JsonPropertyName("tagsToRemove")] IReadOnlyList<SchemaTags>? TagsToRemove = null,
    [property: JsonPropertyName("metadata")] SchemaMetadata? Metadata = null,
    [property: JsonPropertyName("ruleSet")] RuleSet? RuleSet = null,
    [property: JsonPropertyName("rulesToMerge")] RuleSet? RulesToMerge = null,
    [property: JsonPropertyName("rulesToRemove")] IReadOnlyList<string>? RulesToRemove = null);

/// <summary>Tags of one part of a schema.</summary>
internal sealed record SchemaTags(
    [property: JsonPropertyName("schemaEntity")] SchemaEntity? SchemaEntity,
    [property: JsonPropertyName("tags")] IReadOnlyList<string>? Tags);

/// <summary>A part of a schema: a record or a field, by its path.</summary>
internal sealed record SchemaEntity(
    [property: JsonPropertyName("entityPath")] string? EntityPath,
    [property: JsonPropertyName("entityType")] string? EntityType = null);
