using Microsoft.Extensions.Hosting;
using Platform.Api.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// The schemas topic in Kafka: one reader applies its records in order, from the first one on and for as long as the
/// process lives; writers append and wait for the reader. Used by one writer at a time.
/// </summary>
internal sealed class KafkaSchemaLog(
    ApiOptions options, ClusterGateway gateway, RecordProducer producer, SchemaStoreReplay replay,
    ILogger<KafkaSchemaLog> logger) : BackgroundService, ISchemaLog
{
    /// <summary>How long a writer waits for its own record to come back.</summary>
    public static readonly TimeSpan ReadBackTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PollTime = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AppliedOffset _applied = new();
    private readonly TopicPartition _partition = new(options.SchemasTopic, 0);
    private bool _mayLagBehind;

    public Task Loaded => _loaded.Task;

    public async Task AppendAsync(IReadOnlyList<SchemaLogRecord> records)
    {
        try
        {
            await CatchUpAsync();
            _mayLagBehind = true;
            var sent = records.Select(record => producer.SendAsync(ToRecord(record), CancellationToken.None).AsTask());
            var last = (await Task.WhenAll(sent))[^1];
            await _applied.WhenAsync(last.Offset).WaitAsync(ReadBackTimeout, options.Time);
            _mayLagBehind = false;
        }
        catch (KafkaException error)
        {
            throw new ProblemException(50001, $"Writing to the topic {options.SchemasTopic} failed: {error.Message}");
        }
        catch (TimeoutException)
        {
            throw new ProblemException(50002, $"The write to the topic {options.SchemasTopic} was not read back "
                + $"within {ReadBackTimeout.TotalSeconds} s.");
        }
    }

    public override void Dispose()
    {
        _loaded.TrySetCanceled();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SchemaTopic.EnsureAsync(gateway.Admin, options.SchemasTopic, stoppingToken);
                await ReadAsync(stoppingToken);
            }
            catch (KafkaException error)
            {
                logger.SchemasTopicUnavailable(error, options.SchemasTopic);
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

    private void Apply(in ConsumeResult record) => replay.Apply(
        record.Key is { } key ? key.Span : default, record.Value is { } value ? value.Span : default,
        record.Value is not null, record.Offset, record.Timestamp);

    // After a write whose fate is not known, what it may have left behind must be applied before the next decision.
    private async Task CatchUpAsync()
    {
        if (!_mayLagBehind)
            return;
        var end = await EndAsync(CancellationToken.None);
        await _applied.WhenAsync(end - 1).WaitAsync(ReadBackTimeout, options.Time);
    }

    private async Task<long> EndAsync(CancellationToken cancellation)
    {
        var offsets = await gateway.Admin.ListOffsetsAsync([_partition], OffsetSpec.Latest, cancellation);
        KafkaException.ThrowIfError(offsets[_partition].Error, $"end of {_partition}");
        return offsets[_partition].Offset;
    }

    private ProducerRecord ToRecord(SchemaLogRecord record) =>
        new(options.SchemasTopic, record.Value, record.Key) { Partition = 0 };
}

internal static partial class SchemaLogMessages
{
    [LoggerMessage(LogLevel.Warning, "The topic {Topic} cannot be read; trying again")]
    public static partial void SchemasTopicUnavailable(this ILogger logger, Exception error, string topic);
}
