using Platform.Protocol;
using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Client.Producing;

/// <summary>Id and epoch that make retries recognisable (KIP-98).</summary>
internal sealed record ProducerIdentity(long ProducerId, short Epoch);

/// <summary>
/// Records of one partition that are sent together, and who wants to know what became of them. Reused: everything
/// that changes is set by <see cref="Open"/>. Guarded by its partition's lock until it is taken out of the queue.
/// </summary>
internal sealed class ProducerBatch(ProducerOptions options) : IDisposable
{
    private readonly record struct Delivery(int Index, long Timestamp, object Target, object? State);

    private readonly List<Delivery> _deliveries = [];
    private readonly RecordBatchBuilder _builder =
        new() { Compression = options.CompressionType, CompressionLevel = options.CompressionLevel };
    private PooledBuffer? _sealed;
    private TaskCompletionSource? _done;

    public TopicPartition Partition { get; private set; }

    /// <summary>Place among all batches of the partition; retries keep it.</summary>
    public long Ordinal { get; private set; }

    public long CreatedMs { get; private set; }

    /// <summary>Bytes reserved of <c>buffer.memory</c>.</summary>
    public int ReservedBytes { get; private set; }

    public int Attempts { get; set; }

    /// <summary>True when no more records fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Whose sequence numbers it carries; null before they are given.</summary>
    public ProducerIdentity? Identity { get; private set; }

    public int BaseSequence { get; private set; } = -1;

    public int Count => _builder.Count;

    /// <summary>Bytes on the wire; known once it is sealed.</summary>
    public ReadOnlyMemory<byte> Bytes => _sealed!.Written;

    /// <summary>Upper limit of the size before it is sealed.</summary>
    public int EstimatedSize => _sealed?.Length ?? _builder.EstimatedSize;

    /// <summary>Prepares the batch for its first record.</summary>
    public void Open(TopicPartition partition, long ordinal, int reservedBytes, long nowMs)
    {
        Partition = partition;
        Ordinal = ordinal;
        ReservedBytes = reservedBytes;
        CreatedMs = nowMs;
        Attempts = 0;
        IsFull = false;
        Identity = null;
        BaseSequence = -1;
        _builder.Reset();
        _deliveries.Clear();
        _done = null;
        Unseal();
    }

    /// <summary>Adds a record; false when the batch is too full for it.</summary>
    public bool TryAppend(in ProducerRecord record, int size, long timestamp, object? target, object? state)
    {
        if (Count > 0 && _builder.EstimatedSize + size > options.BatchSize)
        {
            IsFull = true;
            return false;
        }
        if (target is not null)
            _deliveries.Add(new Delivery(Count, timestamp, target, state));
        _builder.Append(timestamp, record.Key, record.Value, record.Headers.Span);
        IsFull = _builder.EstimatedSize >= options.BatchSize;
        return true;
    }

    /// <summary>Gives the batch its place in the partition's sequence.</summary>
    public void SetSequence(ProducerIdentity identity, int baseSequence)
    {
        Identity = identity;
        BaseSequence = baseSequence;
        Unseal();
    }

    /// <summary>Takes the sequence numbers away, so that others can be given.</summary>
    public void ClearSequence()
    {
        Identity = null;
        BaseSequence = -1;
        Unseal();
    }

    /// <summary>Compresses and checksums the records, unless that was done before an earlier attempt.</summary>
    public void Seal()
    {
        if (_sealed is not null)
            return;
        _builder.ProducerId = Identity?.ProducerId ?? -1;
        _builder.ProducerEpoch = Identity?.Epoch ?? -1;
        _builder.BaseSequence = BaseSequence;
        _builder.IsTransactional = options.TransactionalId is not null;
        _sealed = new PooledBuffer(_builder.EstimatedSize);
        _builder.Build(_sealed);
    }

    private void Unseal()
    {
        _sealed?.Dispose();
        _sealed = null;
    }

    /// <summary>Completes when every record was delivered or has failed.</summary>
    public Task WhenDone()
    {
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _done, created, null) ?? created).Task;
    }

    /// <summary>Tells everybody what became of the records.</summary>
    /// <param name="baseOffset">Offset of the first, or -1.</param>
    /// <param name="logAppendTimeMs">The broker's timestamp, or -1 when the records keep their own.</param>
    /// <param name="error">Why they failed, or null.</param>
    /// <returns>What a callback threw, or null: the others are called all the same.</returns>
    public Exception? Complete(long baseOffset, long logAppendTimeMs, KafkaException? error)
    {
        Exception? thrown = null;
        foreach (var delivery in _deliveries)
        {
            var metadata = new RecordMetadata(
                Partition,
                baseOffset < 0 ? -1 : baseOffset + delivery.Index,
                logAppendTimeMs >= 0 ? logAppendTimeMs : delivery.Timestamp);
            thrown = Tell(delivery, metadata, error) ?? thrown;
        }
        _deliveries.Clear();
        Unseal();
        return thrown;
    }

    private static Exception? Tell(in Delivery delivery, in RecordMetadata metadata, KafkaException? error)
    {
        if (delivery.Target is PendingRecord pending)
        {
            pending.Complete(metadata, error);
            return null;
        }
        try
        {
            ((DeliveryCallback)delivery.Target)(metadata, error, delivery.State);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Wakes those who wait in <see cref="WhenDone"/>.</summary>
    public void SignalDone() => Interlocked.Exchange(ref _done, null)?.TrySetResult();

    public void Dispose()
    {
        Unseal();
        _builder.Dispose();
    }
}
