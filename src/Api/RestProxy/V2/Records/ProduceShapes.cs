using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V2.Records;

/// <summary>
/// Records to produce. The formats avro, jsonschema and protobuf need the id or the text of a schema.
/// </summary>
internal sealed record ProduceRecordsRequest(
    [property: JsonPropertyName("records")] IReadOnlyList<ProduceRecordItem?>? Records,
    [property: JsonPropertyName("key_schema")] string? KeySchema = null,
    [property: JsonPropertyName("key_schema_id")] int? KeySchemaId = null,
    [property: JsonPropertyName("value_schema")] string? ValueSchema = null,
    [property: JsonPropertyName("value_schema_id")] int? ValueSchemaId = null);

/// <summary>
/// One record. The partition may only be given when the path has none. Headers and the time, in ms since 1970, are more
/// than the reference product takes.
/// </summary>
internal sealed record ProduceRecordItem(
    [property: JsonPropertyName("key")] JsonElement? Key = null,
    [property: JsonPropertyName("value")] JsonElement? Value = null,
    [property: JsonPropertyName("partition")] int? Partition = null,
    [property: JsonPropertyName("headers")] IReadOnlyList<V2Header>? Headers = null,
    [property: JsonPropertyName("timestamp")] long? Timestamp = null);

/// <summary>A header; its value is base64 or null.</summary>
internal sealed record V2Header(
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("value")] byte[]? Value = null);

/// <summary>What became of the records, in the order of the request.</summary>
internal sealed record ProduceRecordsResponse(
    [property: JsonPropertyName("offsets")] IReadOnlyList<ProducedOffset> Offsets,
    [property: JsonPropertyName("key_schema_id")] int? KeySchemaId = null,
    [property: JsonPropertyName("value_schema_id")] int? ValueSchemaId = null);

/// <summary>Where a record is, or why it was refused.</summary>
internal sealed record ProducedOffset(
    [property: JsonPropertyName("partition")] int? Partition,
    [property: JsonPropertyName("offset")] long? Offset,
    [property: JsonPropertyName("error_code")] int? ErrorCode,
    [property: JsonPropertyName("error")] string? Error);
