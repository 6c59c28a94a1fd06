using System.Collections.Concurrent;
using Platform.Client.Metadata;
using Platform.Protocol.Records;

namespace Platform.Client.Producing;

/// <summary>
/// Collects records into batches, per partition, until the sender takes them. Bounded by <c>buffer.memory</c>.
/// </summary>
internal sealed class RecordAccumulator(ProducerOptions options, Action wakeSender)
{
    private const int MinPooledBatches = 16;

    // As many as can be in use at once: a producer that is ahead of its brokers cycles through all of them.
    private readonly int _maxPooledBatches = Math.Max(MinPooledBatches,
        (int)(options.BufferMemory / options.BatchSize));
    private readonly ConcurrentDictionary<string, TopicQueues> _topics = new();
    private readonly ConcurrentQueue<PartitionQueue> _newlyBusy = new();
    private readonly ConcurrentQueue<ProducerBatch> _pool = new();
    private readonly HashSet<ProducerBatch> _incomplete = [];
    private readonly Lock _incompleteLock = new();
    private int _flushes;

    public BufferMemory Memory { get; } = new(options.BufferMemory);

    /// <summary>True when batches should leave without lingering.</summary>
    public bool Hurry => Volatile.Read(ref _flushes) > 0 || Memory.IsExhausted;

    /// <summary>What a delivery callback threw last, or null.</summary>
    public Exception? LastCallbackFailure { get; private set; }

    public static int SizeOf(in ProducerRecord record) =>
        RecordBatchBuilder.MaxRecordSize(record.Key?.Length ?? 0, record.Value?.Length ?? 0, record.Headers.Span);

    /// <summary>Adds a record to its partition's open batch, or to a new one.</summary>
    /// <param name="record">The record.</param>
    /// <param name="size">Its size, from <see cref="SizeOf"/>.</param>
    /// <param name="topic">Metadata of its topic.</param>
    /// <param name="target">A <see cref="PendingRecord"/>, a <see cref="DeliveryCallback"/> or null.</param>
    /// <param name="state">Passed to the callback.</param>
    /// <param name="reserved">Bytes that the caller has reserved already, or 0.</param>
    /// <returns>False when buffer memory is spent: wait for it, then come again.</returns>
    public bool TryAppend(
        in ProducerRecord record, int size, TopicMetadata topic, object? target, object? state, ref int reserved)
    {
        var now = options.NowMs;
        var queue = Topic(record.Topic).QueueFor(record, topic, size);
        lock (queue.Lock)
        {
            if (!queue.TryAppend(record, size, record.Timestamp ?? now, target, state, out var filled))
            {
                if (reserved == 0 && !Memory.TryReserve(reserved = ReservationFor(size)))
                {
                    reserved = 0;
                    return false;
                }
                AddBatch(queue, reserved, now);
                reserved = 0;
                queue.TryAppend(record, size, record.Timestamp ?? now, target, state, out filled);
                filled = true;
            }
            if (!filled)
                return true;
        }
        wakeSender();
        return true;
    }

    /// <summary>Bytes to reserve for a batch that begins with a record of this size.</summary>
    public int ReservationFor(int size) => Math.Max(options.BatchSize, size + RecordBatchHeader.Size);

    private TopicQueues Topic(string name) =>
        _topics.TryGetValue(name, out var known) ? known
            : _topics.GetOrAdd(name, topic => new TopicQueues(topic, options));

    private void AddBatch(PartitionQueue queue, int reserved, long now)
    {
        var batch = _pool.TryDequeue(out var pooled) ? pooled : new ProducerBatch(options);
        queue.Add(batch, reserved, now);
        lock (_incompleteLock)
            _incomplete.Add(batch);
        if (queue.IsListed)
            return;
        queue.IsListed = true;
        _newlyBusy.Enqueue(queue);
    }

    /// <summary>Moves partitions that got their first batch since the last call into <paramref name="busy"/>.</summary>
    public void TakeNewlyBusy(List<PartitionQueue> busy)
    {
        while (_newlyBusy.TryDequeue(out var queue))
            busy.Add(queue);
    }

    /// <summary>Tells the senders of a batch's records, and gives its memory back.</summary>
    public void Complete(ProducerBatch batch, long baseOffset, long logAppendTimeMs, KafkaException? error)
    {
        LastCallbackFailure = batch.Complete(baseOffset, logAppendTimeMs, error) ?? LastCallbackFailure;
        lock (_incompleteLock)
            _incomplete.Remove(batch);
        batch.SignalDone();
        Memory.Release(batch.ReservedBytes);
        if (_pool.Count < _maxPooledBatches && batch.ReservedBytes <= options.BatchSize)
            _pool.Enqueue(batch);
        else
            batch.Dispose();
    }

    /// <summary>Waits until everything that was added before is delivered or has failed.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _flushes);
        try
        {
            wakeSender();
            Task[] waits;
            lock (_incompleteLock)
                waits = [.. _incomplete.Select(batch => batch.WhenDone())];
            await Task.WhenAll(waits).WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _flushes);
        }
    }

    /// <summary>Takes out all batches that are not in flight, when the producer closes.</summary>
    public List<ProducerBatch> TakeAll()
    {
        var all = new List<ProducerBatch>();
        foreach (var queue in _topics.Values.SelectMany(topic => topic.Partitions))
            lock (queue.Lock)
                all.AddRange(queue.TakeAll());
        return all;
    }
}
