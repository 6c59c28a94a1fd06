using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Client;
using Platform.Client.Network;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// A topic of the registry in Kafka, to which the leader of all registries appends, fenced against leaders before it. Used
/// by one writer at a time.
/// </summary>
/// <param name="topic">The topic.</param>
/// <param name="fenceKey">Key of the record without a value by which a writer takes the topic over.</param>
/// <param name="options">Settings.</param>
/// <param name="gateway">The way to the cluster.</param>
/// <param name="leadership">Whether this registry leads.</param>
/// <param name="election">Who finds out.</param>
/// <param name="logger">Where trouble is told.</param>
internal abstract class TopicLog(
    string topic, byte[] fenceKey, ApiOptions options, ClusterGateway gateway, RegistryLeadership leadership,
    RegistryElection election, ILogger logger) : TopicReader(topic, options, gateway, logger), ISchemaLog
{
    /// <summary>How long a writer waits for its own record to come back.</summary>
    public static readonly TimeSpan ReadBackTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the hold on the log is trusted: brokers forget a silent producer after a day
    /// (producer.id.expiration.ms), and with it whom it has shut out.
    /// </summary>
    private static readonly TimeSpan FenceLifetime = TimeSpan.FromHours(6);

    private readonly KafkaCluster _cluster = new(gateway.Options with { ClientId = "platform-api-registry" });
    private FencedLogWriter? _writer;
    private DateTimeOffset _fencedAt = DateTimeOffset.MinValue;

    public async Task BeginWriteAsync()
    {
        election.Want();
        if (!leadership.IsLeader)
            throw new NotLeaderException("This registry does not lead.");
        if (Options.Time.GetUtcNow() - _fencedAt < FenceLifetime)
            return;
        _writer ??= new FencedLogWriter(_cluster, Partition, fenceKey, Options.Time);
        await GuardAsync(async () =>
        {
            await WhenAppliedAsync(await _writer.FenceAsync()).WaitAsync(ReadBackTimeout, Options.Time);
            _fencedAt = Options.Time.GetUtcNow();
        });
    }

    public Task AppendAsync(IReadOnlyList<SchemaLogRecord> records) => GuardAsync(async () =>
    {
        var timestampMs = Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var offset = await _writer!.AppendAsync(records);
        // The only writer knows what comes next, and need not wait until it is read back.
        if (!TryApply(records, offset, timestampMs))
            await WhenAppliedAsync(offset + records.Count - 1).WaitAsync(ReadBackTimeout, Options.Time);
    });

    public override void Dispose()
    {
        base.Dispose();
        _cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    // Where there are schemas a leader is elected ahead of the first write.
    protected override void OnOpened(long end)
    {
        if (end > 0)
            election.Want();
    }

    // Whatever goes wrong ends the hold on the log: the next write takes it over anew, and applies before it decides
    // whatever this one may have left behind.
    private async Task GuardAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (NotLeaderException)
        {
            _fencedAt = DateTimeOffset.MinValue;
            election.Doubt();
            throw;
        }
        catch (KafkaException error)
        {
            _fencedAt = DateTimeOffset.MinValue;
            throw new ProblemException(50001, $"Writing to the topic {Partition.Topic} failed: {error.Message}");
        }
        catch (UncertainWriteException error)
        {
            _fencedAt = DateTimeOffset.MinValue;
            throw new ProblemException(50002, $"The topic {Partition.Topic} did not take the write within "
                + $"{FencedLogWriter.DeliveryTimeout.TotalSeconds} s: {error.Message}");
        }
        catch (TimeoutException)
        {
            _fencedAt = DateTimeOffset.MinValue;
            throw new ProblemException(50002, $"The write to the topic {Partition.Topic} was not read back "
                + $"within {ReadBackTimeout.TotalSeconds} s.");
        }
    }
}
