namespace Platform.Cluster.Replication;

/// <summary>How far a follower has come, as its fetches tell the leader.</summary>
internal sealed class FollowerProgress(int brokerId)
{
    private long _lastFetchAtMs;
    private long _leaderEndAtLastFetch = -1;

    public int BrokerId { get; } = brokerId;

    /// <summary>End of its log; -1 until it fetched from this leader.</summary>
    public long LogEndOffset { get; private set; } = -1;

    /// <summary>Start of its log; -1 while unknown.</summary>
    public long LogStartOffset { get; private set; } = -1;

    /// <summary>Epoch of the broker that it gave when it fetched; -1 when it gave none.</summary>
    public long BrokerEpoch { get; private set; } = -1;

    /// <summary>The last moment at which it held everything that the leader had.</summary>
    public long CaughtUpAtMs { get; set; }

    /// <summary>A fetch from an offset proves that everything below it is there.</summary>
    public void OnFetch(in FollowerFetch fetch, long leaderEnd, long nowMs)
    {
        // Under steady appends a follower never asks for the very end. One that now has what was the end when it asked
        // before, had caught up with that moment.
        if (fetch.Offset >= leaderEnd)
            CaughtUpAtMs = Math.Max(CaughtUpAtMs, nowMs);
        else if (_leaderEndAtLastFetch >= 0 && fetch.Offset >= _leaderEndAtLastFetch)
            CaughtUpAtMs = Math.Max(CaughtUpAtMs, _lastFetchAtMs);
        LogEndOffset = fetch.Offset;
        LogStartOffset = fetch.LogStartOffset;
        BrokerEpoch = fetch.BrokerEpoch;
        _lastFetchAtMs = nowMs;
        _leaderEndAtLastFetch = Math.Max(leaderEnd, _leaderEndAtLastFetch);
    }

    public bool IsCaughtUp(long leaderEnd, long nowMs, long maxLagMs) =>
        LogEndOffset == leaderEnd || nowMs - CaughtUpAtMs <= maxLagMs;
}

/// <summary>What a follower says in a fetch of one partition.</summary>
/// <param name="BrokerId">The follower.</param>
/// <param name="BrokerEpoch">Epoch of its registration; -1 when it gave none.</param>
/// <param name="Offset">End of its log.</param>
/// <param name="LogStartOffset">Start of its log; -1 when it gave none.</param>
public readonly record struct FollowerFetch(int BrokerId, long BrokerEpoch, long Offset, long LogStartOffset = -1);
