using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V2.Metadata;

/// <summary>Ids of the live brokers.</summary>
internal sealed record BrokerList([property: JsonPropertyName("brokers")] IReadOnlyList<int> Brokers);

/// <summary>A topic with its settings; the value of a secret setting is null.</summary>
internal sealed record TopicDescription(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("configs")] IReadOnlyDictionary<string, string?> Configs,
    [property: JsonPropertyName("partitions")] IReadOnlyList<PartitionDescription> Partitions);

/// <summary>A partition and its replicas.</summary>
internal sealed record PartitionDescription(
    [property: JsonPropertyName("partition")] int Partition,
    [property: JsonPropertyName("leader")] int Leader,
    [property: JsonPropertyName("replicas")] IReadOnlyList<ReplicaDescription> Replicas);

/// <summary>A copy of a partition on a broker.</summary>
internal sealed record ReplicaDescription(
    [property: JsonPropertyName("broker")] int Broker,
    [property: JsonPropertyName("leader")] bool Leader,
    [property: JsonPropertyName("in_sync")] bool InSync);

/// <summary>Start and end of a partition.</summary>
internal sealed record PartitionOffsets(
    [property: JsonPropertyName("beginning_offset")] long BeginningOffset,
    [property: JsonPropertyName("end_offset")] long EndOffset);
