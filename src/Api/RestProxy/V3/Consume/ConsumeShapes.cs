using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>Records that were read, and where the next ones are.</summary>
internal sealed record KafkaRecordList(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ListMetadata Metadata,
    [property: JsonPropertyName("position")] string Position,
    [property: JsonPropertyName("data")] IReadOnlyList<KafkaRecord> Data);

/// <summary>A record. Key and value have the form in which they are produced.</summary>
internal sealed record KafkaRecord(
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("offset")] long Offset,
    [property: JsonPropertyName("timestamp")] DateTimeOffset Timestamp,
    [property: JsonPropertyName("timestamp_type")] string TimestampType,
    [property: JsonPropertyName("headers")] IReadOnlyList<KafkaRecordHeader> Headers,
    [property: JsonPropertyName("key")] KafkaRecordData? Key,
    [property: JsonPropertyName("value")] KafkaRecordData? Value);

/// <summary>A header; its value is base64.</summary>
internal sealed record KafkaRecordHeader(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("value")] byte[]? Value);

/// <summary>
/// Key or value: type is BINARY (data is base64), STRING, JSON (data is any JSON value), or AVRO, JSONSCHEMA or PROTOBUF
/// with the id of the schema.
/// </summary>
internal sealed record KafkaRecordData(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("schema_id")] int? SchemaId,
    [property: JsonPropertyName("data")] JsonElement? Data);
