using System.Collections.Concurrent;
using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Client.Producing;

/// <summary>
/// Sends records to a cluster, in batches. Records of one partition keep the order in which they were sent. Safe for
/// concurrent use; one producer for a whole process is the usual way.
/// </summary>
public sealed partial class KafkaProducer : IAsyncDisposable
{
    private readonly ProducerOptions _options;
    private readonly KafkaCluster _cluster;
    private readonly RecordAccumulator _accumulator;
    private readonly Sender _sender;
    private readonly Wakeup _wakeup;
    private readonly TransactionManager? _transactions;
    private readonly ConcurrentQueue<PendingRecord> _pool = new();
    private readonly TopicGates _gates = new();
    private int _closed;

    /// <summary>Starts a producer with connections of its own; nothing is connected before the first record.</summary>
    /// <exception cref="ArgumentException">Settings contradict each other.</exception>
    public KafkaProducer(ProducerOptions options)
    {
        options.Validate();
        _options = options;
        _cluster = new KafkaCluster(options);
        _cluster.MetadataCache.AllowAutoTopicCreation = true;
        _wakeup = new Wakeup(options.TimeProvider);
        _accumulator = new RecordAccumulator(options, _wakeup.Set);
        _transactions = options.TransactionalId is null
            ? null
            : new TransactionManager(options, _cluster, _wakeup.Set);
        _sender = new Sender(options, _cluster, _accumulator, _wakeup, _transactions);
        _ = Task.Run(_sender.RunAsync);
    }

    /// <summary>The cluster that it sends to.</summary>
    public KafkaCluster Cluster => _cluster;

    /// <summary>Bytes of buffer memory in use.</summary>
    public long BufferedBytes => _accumulator.Memory.Used;

    /// <summary>What a delivery callback threw last, or null. It changes nothing for other records.</summary>
    public Exception? LastCallbackFailure => _accumulator.LastCallbackFailure;

    /// <summary>Sends a record; completes when it is acknowledged as <c>acks</c> demands.</summary>
    /// <exception cref="KafkaException">It was not delivered: refused, or <c>delivery.timeout.ms</c> or
    /// <c>max.block.ms</c>
    /// passed.</exception>
    public ValueTask<RecordMetadata> SendAsync(in ProducerRecord record, CancellationToken cancellation = default)
    {
        var pending = PendingRecord.Take(_pool);
        var accepted = PostAsync(record, pending, null, cancellation);
        return accepted.IsCompletedSuccessfully ? pending.Task : AwaitBothAsync(accepted, pending);
    }

    /// <summary>
    /// As <see cref="SendAsync(in ProducerRecord, CancellationToken)"/>, for senders that use memory again.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="accepted">Completes when the record was copied, at the latest with its outcome; fails when it was not
    /// accepted, which the outcome tells as well.</param>
    /// <param name="cancellation">Gives up waiting for metadata or memory.</param>
    public ValueTask<RecordMetadata> SendAsync(
        in ProducerRecord record, out Task accepted, CancellationToken cancellation = default)
    {
        var pending = PendingRecord.Take(_pool);
        accepted = PostAsync(record, pending, null, cancellation).AsTask();
        return accepted.IsCompletedSuccessfully ? pending.Task : AwaitBothAsync(new ValueTask(accepted), pending);
    }

    private static async ValueTask<RecordMetadata> AwaitBothAsync(ValueTask accepted, PendingRecord pending)
    {
        await accepted;
        return await pending.Task;
    }

    /// <summary>
    /// Accepts a record and reports its fate to a callback: the way with the least overhead. Completes at once, unless
    /// the topic is not known yet or buffer memory is used up.
    /// </summary>
    /// <param name="record">The record; its bytes may be reused when the task has completed.</param>
    /// <param name="callback">Told what became of the record; may be null.</param>
    /// <param name="state">Passed to the callback.</param>
    /// <param name="cancellation">Gives up waiting for metadata or memory.</param>
    /// <exception cref="KafkaException">The record was not accepted; the callback is not called.</exception>
    public ValueTask PostAsync(
        in ProducerRecord record, DeliveryCallback? callback, object? state = null,
        CancellationToken cancellation = default) =>
        PostAsync(record, (object?)callback, state, cancellation);

    private ValueTask PostAsync(in ProducerRecord record, object? target, object? state, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        if (_transactions?.WhyNotWritable() is { } refusal)
            return ValueTask.FromException(refusal);
        var size = RecordAccumulator.SizeOf(record);
        if (size > _options.MaxRequestSize)
            return ValueTask.FromException(TooLarge(record, size));
        var reserved = 0;
        var known = KnownTopic(record.Topic);
        var mayPass = known is not null && !_gates.IsBusy(record.Topic);
        if (mayPass && _accumulator.TryAppend(record, size, known!, target, state, ref reserved))
            return ValueTask.CompletedTask;
        return PostInTurnAsync(record, size, target, state, cancellation);
    }

    private ValueTask PostInTurnAsync(
        ProducerRecord record, int size, object? target, object? state, CancellationToken cancellation) =>
        new(_gates.EnterAsync(
            record.Topic, () => PostSlowlyAsync(record, size, target, state, cancellation), cancellation));

    private TopicMetadata? KnownTopic(string topic) =>
        _cluster.Metadata.Topics.TryGetValue(topic, out var known) && IsUsable(known) ? known : null;

    private static bool IsUsable(TopicMetadata topic) => topic is { Error: ErrorCode.None, Partitions.Count: > 0 };

    private KafkaException TooLarge(in ProducerRecord record, int size) => new(ErrorCode.MessageTooLarge,
        $"a record of {size} bytes for {record.Topic} is larger than max.request.size ({_options.MaxRequestSize})");

    private async Task PostSlowlyAsync(
        ProducerRecord record, int size, object? target, object? state, CancellationToken cancellation)
    {
        var topic = KnownTopic(record.Topic) ?? await TopicAsync(record.Topic, cancellation);
        var reserved = 0;
        while (!_accumulator.TryAppend(record, size, topic, target, state, ref reserved))
        {
            reserved = _accumulator.ReservationFor(size);
            _wakeup.Set();
            await _accumulator.Memory.ReserveAsync(
                reserved, TimeSpan.FromMilliseconds(_options.MaxBlockMs), _options.TimeProvider, cancellation);
        }
        if (reserved > 0)
            _accumulator.Memory.Release(reserved);
    }

    /// <summary>What is known of a topic, which brokers may create when it does not exist.</summary>
    /// <exception cref="KafkaException">It does not exist, or <c>max.block.ms</c> passed.</exception>
    public async ValueTask<TopicMetadata> TopicAsync(string topic, CancellationToken cancellation = default)
    {
        var backoff = new Backoff(_options.RetryBackoffMs, _options.RetryBackoffMaxMs);
        var deadline = _options.NowMs + _options.MaxBlockMs;
        for (var failures = 1; ; failures++)
        {
            var failure = await TryFindTopicAsync(topic, cancellation);
            if (KnownTopic(topic) is { } known)
                return known;
            var wait = backoff.AfterFailures(failures);
            if (!failure.IsRetriable || _options.NowMs + wait > deadline)
                throw failure;
            await Task.Delay(TimeSpan.FromMilliseconds(wait), _options.TimeProvider, cancellation);
        }
    }

    private async ValueTask<KafkaException> TryFindTopicAsync(string topic, CancellationToken cancellation)
    {
        try
        {
            var metadata = await _cluster.RefreshMetadataAsync([topic], cancellation);
            var error = metadata.Topics.TryGetValue(topic, out var found) && found.Error != ErrorCode.None
                ? found.Error : ErrorCode.UnknownTopicOrPartition;
            return KafkaException.For(error, $"topic {topic}");
        }
        catch (KafkaException e)
        {
            return e;
        }
    }

    /// <summary>Sends what is buffered without lingering, and waits until all of it is delivered or has
    /// failed.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        await _gates.WhenPassedAsync(cancellation);
        await _accumulator.FlushAsync(cancellation);
    }

    /// <summary>Closes after everything is delivered or has failed, which <c>delivery.timeout.ms</c> limits.</summary>
    public ValueTask DisposeAsync() => CloseAsync(TimeSpan.FromMilliseconds(_options.DeliveryTimeoutMs));

    /// <summary>Closes; what is not delivered within <paramref name="timeout"/> fails.</summary>
    public async ValueTask CloseAsync(TimeSpan timeout)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        using var giveUp = new CancellationTokenSource(timeout, _options.TimeProvider);
        await FlushAsync(giveUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _sender.CloseAsync();
        await _cluster.DisposeAsync();
        _wakeup.Dispose();
    }
}
