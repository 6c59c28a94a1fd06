using Platform.Cluster.FetchSessions;
using Platform.Cluster.Replication;
using Platform.Protocol;

namespace Platform.Broker.Replication;

/// <summary>A partition in the hands of a fetcher, in one epoch of its leader.</summary>
internal sealed class FollowedPartition(Partition partition, FollowerReplica follower)
{
    // A throttle may be lifted at any time.
    private const long MaxThrottleMs = 500;

    /// <summary>The partition with its log.</summary>
    public Partition Partition { get; } = partition;

    /// <summary>What to ask for, and when.</summary>
    public FollowerReplica Follower { get; } = follower;

    /// <summary>Which partition.</summary>
    public TopicIdPartition Id => Partition.Id;

    /// <summary>How long a throttle keeps it from fetching, in ms. One that has caught up is never kept: it may be in
    /// sync, and then producers wait for it.</summary>
    public long ThrottledMs => Follower.Lag == 0 ? 0 : Math.Min(MaxThrottleMs, Partition.FollowerDelayMs);

    /// <summary>What to ask for now.</summary>
    public FetchTarget Target(int maxBytes)
    {
        var log = Partition.Followed;
        var next = FollowerReplica.Next(log);
        return new FetchTarget(Id.Topic, Id.TopicId, Id.Partition, next.Offset, maxBytes, Follower.LeaderEpoch,
            next.LastFetchedEpoch, log.StartOffset, log.HighWatermark);
    }
}
