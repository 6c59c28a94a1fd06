namespace Platform.Cluster.Replication;

/// <summary>What the metadata says of a broker: whether it may be in sync, and in which epoch it is registered.</summary>
/// <param name="IsActive">Neither fenced nor on its way down.</param>
/// <param name="Epoch">Epoch of its registration; -1 when it is not registered.</param>
/// <param name="Rack">Its rack, when it has one.</param>
public readonly record struct BrokerStanding(bool IsActive, long Epoch, string? Rack = null);

/// <summary>What decides who is in sync besides the offsets.</summary>
/// <param name="MaxLagMs">replica.lag.time.max.ms: how long a follower may not have reached the leader's end.</param>
/// <param name="StandingOf">Looks a broker up in the newest metadata.</param>
public sealed record ReplicationRules(long MaxLagMs, Func<int, BrokerStanding> StandingOf)
{
    /// <summary>True when consumers are sent to a replica in their rack (replica.selector.class).</summary>
    public bool PrefersSameRack { get; init; }

    /// <summary>May a broker join the in-sync replicas? Not one that the controller would refuse (KIP-841), nor one that
    /// registered anew since it fetched, and may have lost records with its restart (KIP-903).</summary>
    /// <param name="brokerId">The broker.</param>
    /// <param name="fetchEpoch">Epoch that it gave when it fetched; -1 when it gave none.</param>
    public bool IsEligible(int brokerId, long fetchEpoch)
    {
        var standing = StandingOf(brokerId);
        return standing.IsActive && (fetchEpoch < 0 || fetchEpoch == standing.Epoch);
    }
}
