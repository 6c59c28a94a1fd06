using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Platform.Client.Producing;

/// <summary>What a sender awaits. It is reused once the sender has taken the result.</summary>
internal sealed class PendingRecord : IValueTaskSource<RecordMetadata>
{
    private const int MaxPooled = 1024;

    private readonly ConcurrentQueue<PendingRecord> _pool;
    private ManualResetValueTaskSourceCore<RecordMetadata> _core = new() { RunContinuationsAsynchronously = true };

    private PendingRecord(ConcurrentQueue<PendingRecord> pool) => _pool = pool;

    public static PendingRecord Take(ConcurrentQueue<PendingRecord> pool) =>
        pool.TryDequeue(out var pooled) ? pooled : new PendingRecord(pool);

    public ValueTask<RecordMetadata> Task => new(this, _core.Version);

    public void Complete(in RecordMetadata metadata, KafkaException? error)
    {
        if (error is null)
            _core.SetResult(metadata);
        else
            _core.SetException(error);
    }

    RecordMetadata IValueTaskSource<RecordMetadata>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            if (_pool.Count < MaxPooled)
                _pool.Enqueue(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<RecordMetadata>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<RecordMetadata>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
