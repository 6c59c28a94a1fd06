using Microsoft.Extensions.Hosting;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// A topic of the registry in Kafka: one reader applies its records in order, from the first one on and for as long as the
/// process lives; the leader of all registries appends, fenced against leaders before it. Used by one writer at a time.
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
    RegistryElection election, ILogger logger) : BackgroundService, ISchemaLog
{
    /// <summary>How long a writer waits for its own record to come back.</summary>
    public static readonly TimeSpan ReadBackTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the hold on the log is trusted: brokers forget a silent producer after a day
    /// (producer.id.expiration.ms), and with it whom it has shut out.
    /// </summary>
    private static readonly TimeSpan FenceLifetime = TimeSpan.FromHours(6);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PollTime = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AppliedOffset _applied = new();
    private readonly Lock _applying = new();
    private readonly TopicPartition _partition = new(topic, 0);
    private readonly KafkaCluster _cluster = new(gateway.Options with { ClientId = "platform-api-registry" });
    private FencedLogWriter? _writer;
    private DateTimeOffset _fencedAt = DateTimeOffset.MinValue;

    public Task Loaded => _loaded.Task;

    public long NextOffset => _applied.Next;

    public Task WhenAppliedAsync(long offset) => _applied.WhenAsync(offset);

    public async Task BeginWriteAsync()
    {
        election.Want();
        if (!leadership.IsLeader)
            throw new NotLeaderException("This registry does not lead.");
        if (options.Time.GetUtcNow() - _fencedAt < FenceLifetime)
            return;
        _writer ??= new FencedLogWriter(_cluster, _partition, fenceKey, options.Time);
        await GuardAsync(async () =>
        {
            await _applied.WhenAsync(await _writer.FenceAsync()).WaitAsync(ReadBackTimeout, options.Time);
            _fencedAt = options.Time.GetUtcNow();
        });
    }

    public Task AppendAsync(IReadOnlyList<SchemaLogRecord> records) => GuardAsync(async () =>
    {
        var timestampMs = options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var offset = await _writer!.AppendAsync(records);
        // The only writer knows what comes next, and need not wait until it is read back.
        if (!TryApply(records, offset, timestampMs))
            await _applied.WhenAsync(offset + records.Count - 1).WaitAsync(ReadBackTimeout, options.Time);
    });

    public override void Dispose()
    {
        _loaded.TrySetCanceled();
        base.Dispose();
        _cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Applies one record. It must not throw: one bad record of a foreign writer would keep all others away.</summary>
    protected abstract void Replay(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, long offset, long timestampMs);

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
            throw new ProblemException(50001, $"Writing to the topic {topic} failed: {error.Message}");
        }
        catch (UncertainWriteException error)
        {
            _fencedAt = DateTimeOffset.MinValue;
            throw new ProblemException(50002, $"The topic {topic} did not take the write within "
                + $"{FencedLogWriter.DeliveryTimeout.TotalSeconds} s: {error.Message}");
        }
        catch (TimeoutException)
        {
            _fencedAt = DateTimeOffset.MinValue;
            throw new ProblemException(50002, $"The write to the topic {topic} was not read back "
                + $"within {ReadBackTimeout.TotalSeconds} s.");
        }
    }

    private bool TryApply(IReadOnlyList<SchemaLogRecord> records, long offset, long timestampMs)
    {
        lock (_applying)
        {
            if (_applied.Next != offset)
                return false;
            foreach (var record in records)
                Replay(record.Key, record.Value, record.Value is not null, offset++, timestampMs);
        }
        _applied.Advance(offset);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SchemaTopic.EnsureAsync(gateway.Admin, topic, stoppingToken);
                // Where there are schemas a leader is elected ahead of the first write.
                if (await EndAsync(stoppingToken) > 0)
                    election.Want();
                await ReadAsync(stoppingToken);
            }
            catch (KafkaException error)
            {
                logger.SchemasTopicUnavailable(error, topic);
                await Task.Delay(RetryPause, options.Time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        var end = await EndAsync(stopping);
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = options.BootstrapServers,
            ClientId = "platform-api-schemas",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            AllowAutoCreateTopics = false,
            TimeProvider = options.Time,
        });
        consumer.Assign([_partition]);
        // A reader that starts again goes on where the last one stopped: nothing is applied twice.
        consumer.Seek(_partition, _applied.Next);
        while (true)
        {
            if (_applied.Next >= end)
                _loaded.TrySetResult();
            foreach (var record in await consumer.PollAsync(PollTime, stopping))
                Apply(record);
            // Compaction leaves holes; the position passes them where there is no record to apply.
            if (consumer.Position(_partition) is { } position)
                _applied.Advance(position);
        }
    }

    private void Apply(in ConsumeResult record)
    {
        lock (_applying)
        {
            if (record.Offset < _applied.Next)
                return;
            Replay(record.Key is { } key ? key.Span : default, record.Value is { } value ? value.Span : default,
                record.Value is not null, record.Offset, record.Timestamp);
            _applied.Advance(record.Offset + 1);
        }
    }

    private async Task<long> EndAsync(CancellationToken cancellation)
    {
        var offsets = await gateway.Admin.ListOffsetsAsync([_partition], OffsetSpec.Latest, cancellation);
        KafkaException.ThrowIfError(offsets[_partition].Error, $"end of {_partition}");
        return offsets[_partition].Offset;
    }
}

internal static partial class SchemaLogMessages
{
    [LoggerMessage(LogLevel.Warning, "The topic {Topic} cannot be read; trying again")]
    public static partial void SchemasTopicUnavailable(this ILogger logger, Exception error, string topic);
}
