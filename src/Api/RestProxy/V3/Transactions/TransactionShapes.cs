using System.Text.Json.Serialization;
using Platform.Api.RestProxy.V3.Records;

namespace Platform.Api.RestProxy.V3.Transactions;

/// <summary>Records and offsets that take effect together, or not at all.</summary>
internal sealed record TransactionRequest(
    [property: JsonPropertyName("records")] IReadOnlyList<TransactionRecord>? Records = null,
    [property: JsonPropertyName("offsets")] IReadOnlyList<TransactionOffset>? Offsets = null);

/// <summary>A record to write.</summary>
internal sealed record TransactionRecord(
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int? PartitionId = null,
    [property: JsonPropertyName("headers")] IReadOnlyList<ProduceHeader>? Headers = null,
    [property: JsonPropertyName("key")] ProduceData? Key = null,
    [property: JsonPropertyName("value")] ProduceData? Value = null,
    [property: JsonPropertyName("timestamp")] DateTimeOffset? Timestamp = null);

/// <summary>The next offset that a consumer group reads of a partition.</summary>
internal sealed record TransactionOffset(
    [property: JsonPropertyName("consumer_group_id")] string ConsumerGroupId,
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("offset")] long Offset,
    [property: JsonPropertyName("metadata")] string? Metadata = null);

/// <summary>Where the records of a committed transaction are, in the order of the request.</summary>
internal sealed record TransactionResponse(
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("records")] IReadOnlyList<TransactionRecordResponse> Records);

/// <summary>Where a record is.</summary>
internal sealed record TransactionRecordResponse(
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("offset")] long Offset);
