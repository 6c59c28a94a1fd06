using Platform.Client.Network;

namespace Platform.Client.Metadata;

/// <summary>Refreshes metadata in the background, one request at a time and not more often than
/// <c>retry.backoff.ms</c>.</summary>
internal sealed class MetadataRefresher(KafkaCluster cluster, Action onDone)
{
    private readonly Lock _lock = new();
    private bool _running;
    private long _notBeforeMs;

    /// <summary>Why the last refresh failed, or null.</summary>
    public KafkaException? Failure { get; private set; }

    /// <summary>Starts a refresh, unless one runs or just ran. Returns when to ask again.</summary>
    public long Request(long nowMs)
    {
        lock (_lock)
        {
            if (_running)
                return long.MaxValue;
            if (nowMs < _notBeforeMs)
                return _notBeforeMs;
            _running = true;
        }
        _ = RefreshAsync();
        return long.MaxValue;
    }

    private async Task RefreshAsync()
    {
        await Task.Yield();
        try
        {
            await cluster.RefreshMetadataAsync();
            Failure = null;
        }
        catch (KafkaException e)
        {
            Failure = e;
        }
        catch (OperationCanceledException e)
        {
            Failure = new KafkaException(Protocol.ErrorCode.NetworkException, "the client was closed", e);
        }
        lock (_lock)
        {
            _running = false;
            _notBeforeMs = cluster.Options.NowMs + cluster.Options.RetryBackoffMs;
        }
        onDone();
    }
}
