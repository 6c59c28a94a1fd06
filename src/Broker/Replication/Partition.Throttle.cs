namespace Platform.Broker.Replication;

/// <content>Throttled replicas (KIP-73): copying to a new replica must not take the line from those that serve.</content>
internal sealed partial class Partition
{
    private volatile bool _isThrottledAsLeader;
    private volatile bool _isThrottledAsFollower;

    /// <summary>The topic's lists of throttled replicas name this one, or not.</summary>
    public void SetThrottled(bool asLeader, bool asFollower) =>
        (_isThrottledAsLeader, _isThrottledAsFollower) = (asLeader, asFollower);

    /// <summary>True while a follower that is not in sync gets nothing of this partition. One that is in sync is never
    /// held back: producers wait for it.</summary>
    public bool HoldsBack(int follower) => _isThrottledAsLeader && context.LeaderQuota.IsExceeded(context.NowMs)
        && Volatile.Read(ref _leader) is { } leader && !leader.Isr.Contains(follower);

    /// <summary>How long this follower, which is not in sync, must wait before it fetches, in ms; 0 for not at
    /// all.</summary>
    public long FollowerDelayMs => _isThrottledAsFollower ? context.FollowerQuota.DelayMs(context.NowMs) : 0;

    /// <summary>Counts what a follower was sent.</summary>
    public void SentToFollower(int bytes)
    {
        if (_isThrottledAsLeader && bytes > 0)
            context.LeaderQuota.Record(bytes, context.NowMs);
    }

    /// <summary>Counts what the leader sent.</summary>
    public void ReceivedFromLeader(int bytes)
    {
        if (_isThrottledAsFollower && bytes > 0)
            context.FollowerQuota.Record(bytes, context.NowMs);
    }
}
