using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>A record to produce. A body holds one, or any number of them one after the other.</summary>
internal sealed record ProduceRequest(
    [property: JsonPropertyName("partition_id")] int? PartitionId = null,
    [property: JsonPropertyName("headers")] IReadOnlyList<ProduceHeader>? Headers = null,
    [property: JsonPropertyName("key")] ProduceData? Key = null,
    [property: JsonPropertyName("value")] ProduceData? Value = null,
    [property: JsonPropertyName("timestamp")] DateTimeOffset? Timestamp = null);

/// <summary>A header; its value is base64.</summary>
internal sealed record ProduceHeader(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("value")] byte[]? Value = null);

/// <summary>
/// Key or value: type is BINARY (data is base64), STRING, JSON (data is any JSON value), or with a schema as text AVRO,
/// JSONSCHEMA or PROTOBUF. Without a type the registry is asked: for schema_id, schema_version, or the latest.
/// </summary>
internal sealed record ProduceData(
    [property: JsonPropertyName("type")] string? Type = null,
    [property: JsonPropertyName("subject")] string? Subject = null,
    [property: JsonPropertyName("subject_name_strategy")] string? SubjectNameStrategy = null,
    [property: JsonPropertyName("schema_id")] int? SchemaId = null,
    [property: JsonPropertyName("schema_version")] int? SchemaVersion = null,
    [property: JsonPropertyName("schema")] string? Schema = null,
    [property: JsonPropertyName("data")] JsonElement? Data = null);

/// <summary>What became of a record: error_code is 200, or an error with a message.</summary>
internal sealed record ProduceResponse(
    [property: JsonPropertyName("error_code")] int ErrorCode,
    [property: JsonPropertyName("message")] string? Message,
    [property: JsonPropertyName("cluster_id")] string? ClusterId,
    [property: JsonPropertyName("topic_name")] string? TopicName,
    [property: JsonPropertyName("partition_id")] int? PartitionId,
    [property: JsonPropertyName("offset")] long? Offset,
    [property: JsonPropertyName("timestamp")] DateTimeOffset? Timestamp,
    [property: JsonPropertyName("key")] ProduceResponseData? Key,
    [property: JsonPropertyName("value")] ProduceResponseData? Value);

/// <summary>Type and size in bytes of a key or value as it was written.</summary>
internal sealed record ProduceResponseData(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("size")] int Size,
    [property: JsonPropertyName("subject")] string? Subject = null,
    [property: JsonPropertyName("schema_id")] int? SchemaId = null,
    [property: JsonPropertyName("schema_version")] int? SchemaVersion = null);
