using Platform.Cluster.FetchSessions;
using Platform.Protocol;

namespace Platform.Broker.Replication;

/// <summary>A fetch that waits for fetch.min.bytes or its deadline. Every test reads anew: large reads are slices of
/// files, so that this costs lookups and no copying.</summary>
internal sealed class DelayedFetch(
    Func<List<FetchedPartition>> read, int minBytes, IReadOnlyList<OperationWatchers> watchers) : DelayedOperation
{
    private readonly TaskCompletionSource<List<FetchedPartition>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<FetchedPartition>? _satisfying;

    /// <summary>What was read in the end.</summary>
    public Task<List<FetchedPartition>> Result => _result.Task;

    /// <summary>True when waiting would be of no use: enough bytes, an error, a divergence, a better replica, or a high
    /// watermark that the follower does not know.</summary>
    public static bool IsEnough(List<FetchedPartition> fetched, int minBytes)
    {
        long bytes = 0;
        foreach (var (target, data) in fetched)
        {
            if (data.ErrorCode != ErrorCode.None || data.DivergingEpoch.Epoch >= 0
                || data.PreferredReadReplica >= 0 || data.HighWatermark > target.HighWatermark)
                return true;
            bytes += data.Records.SizeInBytes;
        }
        return bytes >= minBytes;
    }

    /// <inheritdoc/>
    protected override bool IsSatisfied()
    {
        var fetched = read();
        if (IsEnough(fetched, minBytes) && Interlocked.CompareExchange(ref _satisfying, fetched, null) is null)
            return true;
        Release(fetched);
        return false;
    }

    /// <summary>Lets go of the files that a read which nobody will see holds open.</summary>
    public static void Release(List<FetchedPartition> fetched)
    {
        foreach (var (_, data) in fetched)
            data.Records.Slice?.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnComplete()
    {
        try
        {
            _result.TrySetResult(Volatile.Read(ref _satisfying) ?? read());
        }
        catch (Exception error)
        {
            _result.TrySetException(error);
        }
        foreach (var watcher in watchers)
            watcher.Forget();
    }
}
