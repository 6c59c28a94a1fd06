using Microsoft.Extensions.Hosting;
using Platform.Api.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// A compacted topic of one partition that holds state: its records are applied in order, from the first one on and for
/// as long as the process lives. The topic is made when it is missing.
/// </summary>
/// <param name="topic">The topic.</param>
/// <param name="options">Settings.</param>
/// <param name="gateway">The way to the cluster.</param>
/// <param name="logger">Where trouble is told.</param>
internal abstract class TopicReader(string topic, ApiOptions options, ClusterGateway gateway, ILogger logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PollTime = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AppliedOffset _applied = new();
    private readonly Lock _applying = new();

    /// <summary>Settings.</summary>
    protected ApiOptions Options => options;

    /// <summary>The way to the cluster.</summary>
    protected ClusterGateway Gateway => gateway;

    /// <summary>The partition that is read.</summary>
    protected TopicPartition Partition { get; } = new(topic, 0);

    /// <summary>Completes when everything that the topic held at the start was applied.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Offset of the next record to apply: everything below it was applied.</summary>
    public long NextOffset => _applied.Next;

    /// <summary>Settings of the topic besides that it is compacted.</summary>
    protected virtual IReadOnlyDictionary<string, string?> TopicSettings { get; } = new Dictionary<string, string?>();

    /// <summary>Completes when the record at <paramref name="offset"/> was applied.</summary>
    public Task WhenAppliedAsync(long offset) => _applied.WhenAsync(offset);

    public override void Dispose()
    {
        _loaded.TrySetCanceled();
        base.Dispose();
    }

    /// <summary>Applies one record. It must not throw: one bad record of a foreign writer would keep all others away.</summary>
    protected abstract void Replay(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, long offset, long timestampMs);

    /// <summary>The topic is there, and ends at <paramref name="end"/>.</summary>
    protected virtual void OnOpened(long end)
    {
    }

    /// <summary>Applies records that this process has written, if nothing that comes before them is missing.</summary>
    protected bool TryApply(IReadOnlyList<SchemaLogRecord> records, long offset, long timestampMs)
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

    /// <summary>Offset behind the last record of the topic.</summary>
    protected async Task<long> EndAsync(CancellationToken cancellation)
    {
        var offsets = await gateway.Admin.ListOffsetsAsync([Partition], OffsetSpec.Latest, cancellation);
        KafkaException.ThrowIfError(offsets[Partition].Error, $"end of {Partition}");
        return offsets[Partition].Offset;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SchemaTopic.EnsureAsync(gateway.Admin, topic, TopicSettings, stoppingToken);
                OnOpened(await EndAsync(stoppingToken));
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
        consumer.Assign([Partition]);
        // A reader that starts again goes on where the last one stopped: nothing is applied twice.
        consumer.Seek(Partition, _applied.Next);
        while (true)
        {
            if (_applied.Next >= end)
                _loaded.TrySetResult();
            foreach (var record in await consumer.PollAsync(PollTime, stopping))
                Apply(record);
            // Compaction leaves holes; the position passes them where there is no record to apply.
            if (consumer.Position(Partition) is { } position)
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
}

internal static partial class SchemaLogMessages
{
    [LoggerMessage(LogLevel.Warning, "The topic {Topic} cannot be read; trying again")]
    public static partial void SchemasTopicUnavailable(this ILogger logger, Exception error, string topic);
}
