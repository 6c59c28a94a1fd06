using Platform.Protocol;

namespace Platform.Broker.Replication;

/// <summary>A DeleteRecords that waits until every replica which is there has deleted: until the low watermark has reached an
/// offset.</summary>
internal sealed class LowWatermarkWait(Partition partition, long offset) : DelayedOperation
{
    private readonly TaskCompletionSource<ErrorCode> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>None, or NotLeaderOrFollower when the lead was lost, or RequestTimedOut.</summary>
    public Task<ErrorCode> Result => _result.Task;

    /// <inheritdoc/>
    protected override bool IsSatisfied() => !partition.IsLeader || partition.LowWatermark >= offset;

    /// <inheritdoc/>
    protected override void OnComplete()
    {
        _result.TrySetResult(
            !partition.IsLeader ? ErrorCode.NotLeaderOrFollower
            : partition.LowWatermark >= offset ? ErrorCode.None
            : ErrorCode.RequestTimedOut);
        partition.LowWatermarkWatchers.Forget();
    }
}
