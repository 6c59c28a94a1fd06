namespace Platform.Cluster.Replication;

/// <summary>How fast a leader's log grew, and how fast followers came along, between two looks at who lags. Kept for words,
/// decides nothing.</summary>
internal sealed class ReplicationRates
{
    private const double MsPerSecond = 1_000;
    private readonly Dictionary<int, long> _followerEnds = [];
    private long _leaderEnd;
    private long _sampledAtMs = long.MinValue;

    /// <summary>Remembers where everybody is, for the next look.</summary>
    public void Sample(FollowerProgress[] followers, long leaderEnd, long nowMs)
    {
        (_leaderEnd, _sampledAtMs) = (leaderEnd, nowMs);
        _followerEnds.Clear();
        foreach (var follower in followers)
            _followerEnds[follower.BrokerId] = follower.LogEndOffset;
    }

    /// <summary>What there is to say of a follower that leaves.</summary>
    public FollowerLag LagOf(FollowerProgress follower, long leaderEnd, long nowMs) => new(
        follower.BrokerId, nowMs - follower.CaughtUpAtMs, leaderEnd - Math.Max(0, follower.LogEndOffset),
        PerSecond(follower.LogEndOffset - _followerEnds.GetValueOrDefault(follower.BrokerId, follower.LogEndOffset), nowMs),
        PerSecond(leaderEnd - _leaderEnd, nowMs), follower.LogEndOffset < 0);

    private double PerSecond(long records, long nowMs) =>
        nowMs <= _sampledAtMs || _sampledAtMs == long.MinValue ? 0 : Math.Max(0, records) * MsPerSecond / (nowMs - _sampledAtMs);
}
