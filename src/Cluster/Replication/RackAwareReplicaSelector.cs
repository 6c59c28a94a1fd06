namespace Platform.Cluster.Replication;

/// <summary>A replica that a consumer may read from.</summary>
/// <param name="BrokerId">Its broker.</param>
/// <param name="Rack">Rack of the broker, when it has one.</param>
/// <param name="LogEndOffset">End of its log.</param>
/// <param name="LagMs">Time since it last held everything that the leader had, in ms.</param>
public readonly record struct ReplicaView(int BrokerId, string? Rack, long LogEndOffset, long LagMs);

/// <summary>Sends consumers to a replica in their own rack, where reading costs less (KIP-392).</summary>
public static class RackAwareReplicaSelector
{
    /// <summary>Value of replica.selector.class that chooses it, as in Kafka.</summary>
    public const string ClassName = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

    /// <summary>The follower to read from instead of the leader, or null when the leader is the better choice.</summary>
    /// <param name="clientRack">Rack of the consumer.</param>
    /// <param name="leaderRack">Rack of the leader.</param>
    /// <param name="followers">Followers in sync that hold what is asked for.</param>
    public static int? Select(string clientRack, string? leaderRack, IEnumerable<ReplicaView> followers)
    {
        if (clientRack.Length == 0 || clientRack == leaderRack)
            return null;
        ReplicaView? best = null;
        foreach (var follower in followers)
            if (follower.Rack == clientRack && (best is null || IsFresher(follower, best.Value)))
                best = follower;
        return best?.BrokerId;
    }

    // The order of Kafka's ReplicaView.comparator().
    private static bool IsFresher(in ReplicaView a, in ReplicaView b) =>
        (a.LogEndOffset, -a.LagMs, a.BrokerId).CompareTo((b.LogEndOffset, -b.LagMs, b.BrokerId)) > 0;
}
