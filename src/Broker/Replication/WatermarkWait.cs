using Platform.Protocol;

namespace Platform.Broker.Replication;

/// <summary>Waits until the high watermark of a partition has reached an offset: acks=all, and coordinators.</summary>
internal sealed class WatermarkWait(Partition partition, long offset, int leaderEpoch) : DelayedOperation
{
    private readonly TaskCompletionSource<ErrorCode> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>None when the offset is committed, or NotEnoughReplicasAfterAppend when too few replicas are in sync by
    /// then; NotLeaderOrFollower when the lead was lost; KafkaStorageError when the disk failed; else
    /// RequestTimedOut.</summary>
    public Task<ErrorCode> Result => _result.Task;

    /// <inheritdoc/>
    protected override bool IsSatisfied() => partition.Log.HighWatermark >= offset || LostLead || IsOffline;

    /// <inheritdoc/>
    protected override void OnComplete()
    {
        _result.TrySetResult(
            LostLead ? ErrorCode.NotLeaderOrFollower
            : partition.Log.HighWatermark >= offset ? partition.CheckCommitted(leaderEpoch)
            : IsOffline ? ErrorCode.KafkaStorageError
            : ErrorCode.RequestTimedOut);
        partition.WatermarkWatchers.Forget();
    }

    private bool IsOffline => partition.Log.LogDirectory.Failure is not null;

    private bool LostLead => !partition.IsLeader || partition.LeaderEpoch != leaderEpoch;
}
