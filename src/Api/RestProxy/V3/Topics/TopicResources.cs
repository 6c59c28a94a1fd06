using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V3.Topics;

/// <summary>A topic.</summary>
internal sealed record KafkaTopicResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("is_internal")] bool IsInternal,
    [property: JsonPropertyName("replication_factor")] int ReplicationFactor,
    [property: JsonPropertyName("partitions_count")] int PartitionsCount,
    [property: JsonPropertyName("partitions")] Relationship Partitions,
    [property: JsonPropertyName("configs")] Relationship Configs,
    [property: JsonPropertyName("partition_reassignments")] Relationship PartitionReassignments);

/// <summary>A topic to create. Counts that are left out are the broker's defaults.</summary>
internal sealed record CreateTopicRequest(
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partitions_count")] int? PartitionsCount = null,
    [property: JsonPropertyName("replication_factor")] short? ReplicationFactor = null,
    [property: JsonPropertyName("replicas_assignments")]
    IReadOnlyDictionary<int, IReadOnlyList<int>>? ReplicasAssignments = null,
    [property: JsonPropertyName("configs")] IReadOnlyList<CreateTopicConfig>? Configs = null,
    [property: JsonPropertyName("validate_only")] bool ValidateOnly = false);

/// <summary>A setting of a topic to create.</summary>
internal sealed record CreateTopicConfig(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("value")] string? Value);

/// <summary>The number of partitions that a topic is to grow to.</summary>
internal sealed record UpdatePartitionCountRequest(
    [property: JsonPropertyName("partitions_count")] int PartitionsCount);
