using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Client.Producing;
using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Dashboard.Features.Topics;

/// <summary>
/// What pages change or ask beyond the snapshot. A failure is a sentence for the page, not an exception.
/// </summary>
internal sealed class ClusterCommands(AdminClient admin, KafkaCluster cluster) : IAsyncDisposable
{
    /// <summary>A person waits for the answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lazy<KafkaProducer> _producer = new(() => new KafkaProducer(new ProducerOptions
    {
        BootstrapServers = cluster.Options.BootstrapServers,
        ClientId = "platform-dashboard",
        LingerMs = 0,
        RequestTimeoutMs = (int)Patience.TotalMilliseconds,
        DeliveryTimeoutMs = (int)Patience.TotalMilliseconds,
        MaxBlockMs = (int)Patience.TotalMilliseconds,
    }));

    /// <summary>Creates a topic. Returns what went wrong, or null.</summary>
    public Task<string?> CreateTopicAsync(
        string name, int partitions, short replicas, IReadOnlyDictionary<string, string?> configs) =>
        TryAsync("create the topic", async cancellation =>
        {
            var topic = new NewTopic(name, partitions, replicas) { Configs = configs };
            await admin.CreateTopicsAsync([topic], cancellation: cancellation).ThrowIfAnyFailed();
        });

    /// <summary>Writes one message. Returns where it went, or what went wrong.</summary>
    public async Task<(RecordMetadata? Written, string? Error)> ProduceAsync(
        string topic, int? partition, byte[]? key, byte[]? value, RecordHeader[] headers)
    {
        RecordMetadata? written = null;
        var error = await TryAsync("write the message", async cancellation =>
        {
            var record = new ProducerRecord(topic, value, key) { Partition = partition, Headers = headers };
            written = await _producer.Value.SendAsync(record, cancellation);
        });
        return (written, error);
    }

    /// <summary>The settings of a topic, or what went wrong.</summary>
    public async Task<(IReadOnlyList<ConfigEntry> Entries, string? Error)> TopicConfigsAsync(string topic)
    {
        IReadOnlyList<ConfigEntry> entries = [];
        var error = await TryAsync("read the settings", async cancellation =>
        {
            var found = await admin.DescribeConfigsAsync([ConfigResource.Topic(topic)],
                includeDocumentation: true, cancellation: cancellation);
            KafkaException.ThrowIfError(found[0].Error, $"settings of {topic}", found[0].ErrorMessage);
            entries = found[0].Entries;
        });
        return (entries, error);
    }

    public ValueTask DisposeAsync() => _producer.IsValueCreated
        ? _producer.Value.CloseAsync(TimeSpan.Zero) : ValueTask.CompletedTask;

    private static async Task<string?> TryAsync(string what, Func<CancellationToken, Task> action)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await action(patience.Token);
            return null;
        }
        catch (KafkaException failure)
        {
            return $"Could not {what}. {failure.Message}";
        }
        catch (OperationCanceledException)
        {
            return $"Could not {what}: no answer within {Patience.TotalSeconds:0} seconds. "
                + "It may have happened all the same.";
        }
    }
}
