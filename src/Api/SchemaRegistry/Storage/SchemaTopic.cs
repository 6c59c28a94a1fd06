using System.Globalization;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>Creates a topic that holds state when it is missing.</summary>
internal static class SchemaTopic
{
    private const int MaxReplicas = 3;

    /// <summary>Returns when the topic is there.</summary>
    /// <exception cref="KafkaException">It is neither there nor can be created.</exception>
    public static async Task EnsureAsync(AdminClient admin, string topic,
        IReadOnlyDictionary<string, string?> settings, CancellationToken cancellation)
    {
        var found = (await admin.DescribeTopicsAsync([topic], cancellation))[0];
        if (found.Partitions.Count > 0)
            return;
        if (found.Error is not (ErrorCode.UnknownTopicOrPartition or ErrorCode.None))
            KafkaException.ThrowIfError(found.Error, $"topic {topic}");
        var replicas = await ReplicasAsync(admin, cancellation);
        var created = await admin.CreateTopicsAsync(
            [Definition(topic, replicas, settings)], validateOnly: false, cancellation);
        if (created[0].Error != ErrorCode.TopicAlreadyExists)
            created.ThrowIfAnyFailed();
    }

    // Three, or as many as there are brokers. Where topics have more by default, the cluster is just starting: then it
    // is refused until enough brokers are there, rather than left with too few copies for ever.
    private static async Task<int> ReplicasAsync(AdminClient admin, CancellationToken cancellation)
    {
        var brokers = (await admin.DescribeClusterAsync(cancellation)).Brokers;
        var settings = await admin.DescribeConfigsAsync(
            [ConfigResource.Broker(brokers[0].Id)], cancellation: cancellation);
        var configured = settings.SelectMany(one => one.Entries)
            .FirstOrDefault(entry => entry.Name == "default.replication.factor")?.Value;
        return Math.Max(Math.Clamp(brokers.Count, 1, MaxReplicas),
            int.TryParse(configured, CultureInfo.InvariantCulture, out var byDefault) ? byDefault : 1);
    }

    // One partition, because the order of all records is the order of all changes.
    private static NewTopic Definition(string topic, int replicas, IReadOnlyDictionary<string, string?> settings) =>
        new(topic, Partitions: 1, ReplicationFactor: (short)replicas)
        {
            Configs = new Dictionary<string, string?>(settings) { ["cleanup.policy"] = "compact" },
        };
}
