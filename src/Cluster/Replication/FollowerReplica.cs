using Platform.Protocol;

namespace Platform.Cluster.Replication;

/// <summary>
/// A follower of one leader in one epoch: what to fetch next, and what an answer means for its log. Pure; confined to the
/// loop of its fetcher. The log itself is told what to do by the caller.
/// </summary>
public sealed class FollowerReplica(int leaderId, int leaderEpoch)
{
    /// <summary>First pause when the leader does not know yet that it leads; doubled each time, in ms.</summary>
    public const long FirstPauseMs = 20;

    private const int MaxShift = 20;
    private int _misses;

    /// <summary>Broker to fetch from.</summary>
    public int LeaderId { get; } = leaderId;

    /// <summary>Epoch in which it leads.</summary>
    public int LeaderEpoch { get; } = leaderEpoch;

    /// <summary>Nothing is asked for before this time, after an error; in ms.</summary>
    public long RetryAtMs { get; private set; }

    /// <summary>True when only a new epoch can help: this one is over.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>Records that the leader has committed and this log has not; 0 before the first answer.</summary>
    public long Lag { get; private set; }

    /// <summary>May this partition be asked for?</summary>
    public bool IsDue(long nowMs) => !IsFenced && nowMs >= RetryAtMs;

    /// <summary>The end of the log and the epoch of its last record, by which the leader finds out whether the two logs
    /// are the same so far (KIP-595).</summary>
    public static FetchPosition Next(in FollowedLog log) => new(log.EndOffset, log.LatestEpoch);

    /// <summary>
    /// Where to cut the log after the leader said that the last epoch asked for ends there otherwise. May be too little
    /// when the leader's epoch is unknown here; the next fetch then finds the rest.
    /// </summary>
    /// <param name="epoch">The leader's largest epoch at or below the one asked for.</param>
    /// <param name="endOffset">Where that epoch ends at the leader.</param>
    /// <param name="logEndOffset">End of this log.</param>
    /// <param name="endOfEpoch">The largest epoch of this log at or below a given one and its end; (-1, -1) for
    /// none.</param>
    public static long TruncationPoint(
        int epoch, long endOffset, long logEndOffset, Func<int, (int Epoch, long EndOffset)> endOfEpoch)
    {
        var (ownEpoch, ownEnd) = endOfEpoch(epoch);
        if (ownEpoch < 0)
            return Math.Min(endOffset, logEndOffset);
        return ownEpoch == epoch
            ? Math.Min(Math.Min(ownEnd, endOffset), logEndOffset)
            // Everything here that is newer than our common past is wrong.
            : Math.Min(ownEnd, logEndOffset);
    }

    /// <summary>What to do when the leader does not have the offset that was asked for.</summary>
    /// <param name="leaderStart">Start of the leader's log.</param>
    /// <param name="leaderEnd">End of the leader's log.</param>
    /// <param name="logEndOffset">End of this log.</param>
    public static OutOfRangeStep OnOutOfRange(long leaderStart, long leaderEnd, long logEndOffset)
    {
        // Longer than the leader: there was an unclean election, and what it lacks is lost.
        if (leaderEnd < logEndOffset)
            return new OutOfRangeStep(leaderEnd, StartsOver: false);
        return leaderStart > logEndOffset
            ? new OutOfRangeStep(leaderStart, StartsOver: true)
            : new OutOfRangeStep(logEndOffset, StartsOver: false);
    }

    /// <summary>The high watermark of a follower: what the leader committed, as far as it is here.</summary>
    public static long HighWatermark(long leaderHighWatermark, long logEndOffset) =>
        Math.Min(leaderHighWatermark, logEndOffset);

    /// <summary>Records arrived, or there are none.</summary>
    public void OnFetched(long leaderHighWatermark, long logEndOffset)
    {
        _misses = 0;
        Lag = Math.Max(0, leaderHighWatermark - logEndOffset);
        RetryAtMs = 0;
    }

    /// <summary>The leader answered with an error, or its records cannot be used. Only this partition waits.</summary>
    /// <param name="error">The error.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="backoffMs">Longest pause.</param>
    public void OnError(ErrorCode error, long nowMs, long backoffMs)
    {
        // The metadata of this broker is behind; the next epoch comes with it and makes a new follower.
        IsFenced = error == ErrorCode.FencedLeaderEpoch;
        RetryAtMs = nowMs + (IsLeaderBehind(error) ? Math.Min(backoffMs, FirstPauseMs << Math.Min(_misses++, MaxShift)) : backoffMs);
    }

    // After an election followers often hear of it before the leader does: a whole pause would hold the high watermark,
    // and with it every producer, for that long.
    private static bool IsLeaderBehind(ErrorCode error) => error is ErrorCode.UnknownLeaderEpoch
        or ErrorCode.NotLeaderOrFollower or ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId;
}

/// <summary>What a follower's log holds.</summary>
/// <param name="StartOffset">First offset.</param>
/// <param name="EndOffset">Offset behind the last record.</param>
/// <param name="HighWatermark">Offset up to which it is known to be committed.</param>
/// <param name="LatestEpoch">Newest leader epoch; -1 when there is none.</param>
public readonly record struct FollowedLog(long StartOffset, long EndOffset, long HighWatermark, int LatestEpoch);

/// <summary>Where a fetch begins.</summary>
/// <param name="Offset">First offset wanted.</param>
/// <param name="LastFetchedEpoch">Epoch of the record before it; -1 when there is none.</param>
public readonly record struct FetchPosition(long Offset, int LastFetchedEpoch);

/// <summary>How a follower gets back into its leader's range.</summary>
/// <param name="Offset">Offset to go on from.</param>
/// <param name="StartsOver">True when the whole log is dropped and begins there; false when it is cut there, if it is
/// longer.</param>
public readonly record struct OutOfRangeStep(long Offset, bool StartsOver);
