using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Metadata;

/// <summary>Metadata records with little typing.</summary>
internal static class Records
{
    public static Uuid Id(long number) => new(7, number);

    public static RegisterBrokerRecord Broker(int id, long epoch = 1, bool fenced = false, string? rack = null) => new()
    {
        BrokerId = id,
        BrokerEpoch = epoch,
        IncarnationId = Id(1000 + id),
        Fenced = fenced,
        Rack = rack,
        LogDirs = [Id(2000 + id)],
        EndPoints = [new() { Name = "PLAINTEXT", Host = $"broker{id}", Port = 9092 }],
        Features = [new() { Name = "metadata.version", MinSupportedVersion = 7, MaxSupportedVersion = 30 }],
    };

    public static TopicRecord Topic(string name, Uuid id) => new() { Name = name, TopicId = id };

    public static PartitionRecord Partition(Uuid topic, int number, params int[] replicas) => new()
    {
        TopicId = topic,
        PartitionId = number,
        Replicas = [.. replicas],
        Isr = [.. replicas],
        Directories = [.. replicas.Select(_ => Uuid.Zero)],
        Leader = replicas[0],
        LeaderEpoch = 0,
        PartitionEpoch = 0,
    };

    public static ConfigRecord Config(sbyte type, string resource, string name, string? value) =>
        new() { ResourceType = type, ResourceName = resource, Name = name, Value = value };
}
