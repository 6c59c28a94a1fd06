using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Cluster.Schemas;
using Platform.Protocol;

namespace Platform.Broker.Schemas;

/// <summary>Reads the topic of the schema registry, from its beginning and for ever, as any consumer does: it may be led
/// by another broker.</summary>
internal sealed class SchemaTopicFollower(
    RegisteredSchemas schemas, string topic, Func<ConsumerOptions> options, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan PollTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryBackoff = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<(long EndOffset, TaskCompletionSource Reached)> _waiting = [];
    private readonly TopicPartition _partition = new(topic, 0);
    private AdminClient? _admin;
    private Task? _loop;
    private long _position;

    /// <summary>Name of the topic.</summary>
    public string Topic => topic;

    /// <summary>Begins to read; once is enough, more does no harm.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_loop is not null || _stopped.IsCancellationRequested)
                return;
            _loop = Task.Run(ReadAsync);
        }
    }

    /// <summary>Completes when everything is known that was written before the call. Nothing is when there is no such
    /// topic.</summary>
    /// <exception cref="KafkaException">The topic cannot be read now.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task CatchUpAsync(CancellationToken cancellation)
    {
        Start();
        var ends = await Admin().ListOffsetsAsync([_partition], OffsetSpec.Latest, cancellation);
        var end = ends[_partition];
        if (end.Error == ErrorCode.UnknownTopicOrPartition)
            return;
        KafkaException.ThrowIfError(end.Error, $"reading {topic}");
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_position >= end.Offset)
                return;
            _waiting.Add((end.Offset, reached));
        }
        await reached.Task.WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        if (_loop is not null)
            await _loop;
        if (_admin is not null)
            await _admin.DisposeAsync();
    }

    private AdminClient Admin()
    {
        lock (_lock)
            return _admin ??= new AdminClient(options());
    }

    private async Task ReadAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await using var consumer = new KafkaConsumer(options());
                consumer.Assign([_partition]);
                consumer.SeekToBeginning([_partition]);
                await ReadAsync(consumer);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (KafkaException error)
            {
                logger.SchemaTopicUnreadable(error, topic);
                await Task.Delay(RetryBackoff, time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReadAsync(KafkaConsumer consumer)
    {
        while (true)
        {
            foreach (var record in await consumer.PollAsync(PollTime, _stopped.Token))
                schemas.Apply(record.Key is { } key ? key.Span : default, record.Value is { } value ? value.Span : default);
            OnRead(consumer.Position(_partition) ?? 0);
        }
    }

    private void OnRead(long position)
    {
        lock (_lock)
        {
            _position = position;
            foreach (var (_, reached) in _waiting.Where(waiting => waiting.EndOffset <= position))
                reached.TrySetResult();
            _waiting.RemoveAll(waiting => waiting.EndOffset <= position);
        }
    }
}
