namespace Platform.Cluster.Replication;

/// <summary>What a leader saw of a follower that it takes out of the in-sync replicas.</summary>
/// <param name="BrokerId">The follower.</param>
/// <param name="CaughtUpAgoMs">Time since it last had everything, in ms.</param>
/// <param name="RecordsBehind">Records that it lacks.</param>
/// <param name="FetchedPerSecond">Records that it fetched lately, per second.</param>
/// <param name="AppendedPerSecond">Records that were written in the same time, per second.</param>
/// <param name="HasNeverFetched">True when this leader has never heard of it.</param>
public sealed record FollowerLag(int BrokerId, long CaughtUpAgoMs, long RecordsBehind, double FetchedPerSecond,
    double AppendedPerSecond, bool HasNeverFetched);
