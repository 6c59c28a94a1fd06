using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V3.ConsumerGroups;

/// <summary>A consumer group.</summary>
internal sealed record KafkaConsumerGroupResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("consumer_group_id")] string ConsumerGroupId,
    [property: JsonPropertyName("is_simple")] bool IsSimple,
    [property: JsonPropertyName("partition_assignor")] string PartitionAssignor,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("is_mixed_consumer_group")] bool IsMixedConsumerGroup,
    [property: JsonPropertyName("coordinator")] Relationship? Coordinator,
    [property: JsonPropertyName("consumers")] Relationship Consumers,
    [property: JsonPropertyName("lag_summary")] Relationship LagSummary);

/// <summary>A member of a group.</summary>
internal sealed record KafkaConsumerResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("consumer_group_id")] string ConsumerGroupId,
    [property: JsonPropertyName("consumer_id")] string ConsumerId,
    [property: JsonPropertyName("instance_id")] string? InstanceId,
    [property: JsonPropertyName("client_id")] string ClientId,
    [property: JsonPropertyName("assignments")] Relationship Assignments);

/// <summary>A partition that a member reads.</summary>
internal sealed record KafkaConsumerAssignmentResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("consumer_group_id")] string ConsumerGroupId,
    [property: JsonPropertyName("consumer_id")] string ConsumerId,
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("partition")] Relationship Partition,
    [property: JsonPropertyName("lag")] Relationship Lag);

/// <summary>How far a group is behind in a partition, in records.</summary>
internal sealed record KafkaConsumerLagResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("consumer_group_id")] string ConsumerGroupId,
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("current_offset")] long CurrentOffset,
    [property: JsonPropertyName("log_end_offset")] long LogEndOffset,
    [property: JsonPropertyName("lag")] long Lag,
    [property: JsonPropertyName("consumer_id")] string ConsumerId,
    [property: JsonPropertyName("instance_id")] string? InstanceId,
    [property: JsonPropertyName("client_id")] string ClientId);

/// <summary>How far a group is behind, in total and where most.</summary>
internal sealed record KafkaLagSummaryResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("consumer_group_id")] string ConsumerGroupId,
    [property: JsonPropertyName("max_lag_consumer_id")] string MaxLagConsumerId,
    [property: JsonPropertyName("max_lag_instance_id")] string? MaxLagInstanceId,
    [property: JsonPropertyName("max_lag_client_id")] string MaxLagClientId,
    [property: JsonPropertyName("max_lag_topic_name")] string MaxLagTopicName,
    [property: JsonPropertyName("max_lag_partition_id")] int MaxLagPartitionId,
    [property: JsonPropertyName("max_lag")] long MaxLag,
    [property: JsonPropertyName("total_lag")] long TotalLag,
    [property: JsonPropertyName("max_lag_consumer")] Relationship MaxLagConsumer,
    [property: JsonPropertyName("max_lag_partition")] Relationship MaxLagPartition);
