namespace Platform.Cluster.Raft;

/// <summary>How far a voter or observer is, as far as its fetches tell the leader.</summary>
internal sealed class ReplicaProgress(ReplicaKey key)
{
    private long _leaderEndAtLastFetch;

    internal ReplicaKey Key { get; private set; } = key;

    /// <summary>Offset below which the replica holds everything on disk; -1 before its first fetch in this
    /// epoch.</summary>
    internal long EndOffset { get; private set; } = -1;

    internal long LastFetchMs { get; private set; } = -1;

    /// <summary>When the replica last held what the leader had at that time.</summary>
    internal long LastCaughtUpMs { get; private set; } = -1;

    internal void OnFetch(ReplicaKey from, long offset, long leaderEndOffset, long nowMs)
    {
        Key = from;
        if (offset >= leaderEndOffset)
            LastCaughtUpMs = nowMs;
        else if (LastFetchMs >= 0 && offset >= _leaderEndAtLastFetch)
            LastCaughtUpMs = LastFetchMs;
        EndOffset = Math.Max(EndOffset, offset);
        LastFetchMs = nowMs;
        _leaderEndAtLastFetch = leaderEndOffset;
    }
}
