using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <content>What a fetcher does to the log while another broker leads. Nothing happens once the epoch is over: the answer
/// of an old leader may arrive after the new one was announced.</content>
internal sealed partial class Partition
{
    /// <summary>What the log holds, for the next fetch.</summary>
    public FollowedLog Followed =>
        new(Log.LogStartOffset, Log.LogEndOffset, Log.HighWatermark, Log.LatestEpoch);

    /// <summary>Appends what the leader sent, and takes over its high watermark and log start.</summary>
    /// <param name="records">Batches; none when there is nothing new.</param>
    /// <param name="leaderEpoch">Epoch of the leader.</param>
    /// <param name="leaderHighWatermark">Its high watermark.</param>
    /// <param name="leaderLogStart">Start of its log.</param>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public LogAppendInfo AppendAsFollower(
        ReadOnlyMemory<byte> records, int leaderEpoch, long leaderHighWatermark, long leaderLogStart)
    {
        var watermark = Log.HighWatermark;
        var appended = AppendInEpoch(records, leaderEpoch, leaderHighWatermark, leaderLogStart);
        // Consumers may wait at a follower, too (KIP-392).
        if (Log.HighWatermark > watermark)
            FetchWatchers.Check();
        return appended;
    }

    private LogAppendInfo AppendInEpoch(
        ReadOnlyMemory<byte> records, int leaderEpoch, long leaderHighWatermark, long leaderLogStart)
    {
        lock (_lock)
        {
            if (!IsFollowing(leaderEpoch))
                return Refused(ErrorCode.FencedLeaderEpoch);
            var appended = records.IsEmpty ? default : Log.AppendAsFollower(records, leaderEpoch);
            if (appended.Error != ErrorCode.None)
                return appended;
            // The next fetch tells the leader that this replica holds the records.
            if (Log.Config.FlushOnAck && !records.IsEmpty)
                Log.Flush();
            Log.UpdateHighWatermark(FollowerReplica.HighWatermark(leaderHighWatermark, Log.LogEndOffset));
            Log.MaybeIncrementLogStartOffset(leaderLogStart);
            return appended;
        }
    }

    /// <summary>Cuts the log where it stops being the leader's.</summary>
    /// <param name="leaderEpoch">Epoch of the leader.</param>
    /// <param name="epoch">The leader's largest epoch at or below the last one here.</param>
    /// <param name="endOffset">Where that epoch ends at the leader.</param>
    /// <returns>Where it was cut; null when this broker no longer follows in that epoch.</returns>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public long? TruncateToLeader(int leaderEpoch, int epoch, long endOffset)
    {
        lock (_lock)
        {
            if (!IsFollowing(leaderEpoch))
                return null;
            var offset = FollowerReplica.TruncationPoint(epoch, endOffset, Log.LogEndOffset, Log.EndOffsetForEpoch);
            Cut(log => log.TruncateTo(offset));
            return offset;
        }
    }

    /// <summary>Brings the log back into the range of the leader's.</summary>
    /// <returns>False when this broker no longer follows in that epoch.</returns>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public bool ReturnToRange(int leaderEpoch, OutOfRangeStep step)
    {
        lock (_lock)
        {
            if (!IsFollowing(leaderEpoch))
                return false;
            if (step.StartsOver)
                Cut(log => log.TruncateFullyAndStartAt(step.Offset));
            else
                Cut(log => log.TruncateTo(step.Offset));
            return true;
        }
    }

    /// <summary>Starts the log anew where the leader's local log begins; what is before that is in remote storage.</summary>
    /// <returns>False when this broker no longer follows in that epoch.</returns>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public bool RebuildFromRemote(int leaderEpoch, long localStart, long logStart, ReadOnlyMemory<byte> leaderEpochs,
        ReadOnlyMemory<byte> producerSnapshot)
    {
        lock (_lock)
        {
            if (!IsFollowing(leaderEpoch))
                return false;
            Cut(log => log.RebuildFromRemote(localStart, logStart, leaderEpochs, producerSnapshot));
            return true;
        }
    }

    private bool IsFollowing(int leaderEpoch) => _leader is null && LeaderEpoch == leaderEpoch && LeaderId >= 0;
}
