using Platform.Client;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>Creates the schemas topic when it is missing.</summary>
internal static class SchemaTopic
{
    private const int MaxReplicas = 3;

    /// <summary>Returns when the topic is there.</summary>
    /// <exception cref="KafkaException">It is neither there nor can be created.</exception>
    public static async Task EnsureAsync(AdminClient admin, string topic, CancellationToken cancellation)
    {
        var found = (await admin.DescribeTopicsAsync([topic], cancellation))[0];
        if (found.Partitions.Count > 0)
            return;
        if (found.Error is not (ErrorCode.UnknownTopicOrPartition or ErrorCode.None))
            KafkaException.ThrowIfError(found.Error, $"topic {topic}");
        var brokers = (await admin.DescribeClusterAsync(cancellation)).Brokers.Count;
        var created = await admin.CreateTopicsAsync([Definition(topic, brokers)], validateOnly: false, cancellation);
        if (created[0].Error != ErrorCode.TopicAlreadyExists)
            created.ThrowIfAnyFailed();
    }

    // One partition, because the order of all records is the order of all changes.
    private static NewTopic Definition(string topic, int brokers) =>
        new(topic, Partitions: 1, ReplicationFactor: (short)Math.Clamp(brokers, 1, MaxReplicas))
        {
            Configs = new Dictionary<string, string?> { ["cleanup.policy"] = "compact" },
        };
}
