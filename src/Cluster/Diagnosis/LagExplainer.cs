using System.Globalization;
using Platform.Cluster.Replication;

namespace Platform.Cluster.Diagnosis;

/// <summary>Says why a follower left the in-sync replicas, with what its leader saw.</summary>
public static class LagExplainer
{
    private const double Kilo = 1_000;
    private static readonly string[] Units = ["B/s", "kB/s", "MB/s", "GB/s"];

    /// <summary>The event of a change that took followers out.</summary>
    /// <param name="name">The partition.</param>
    /// <param name="lags">What the leader saw of those that leave.</param>
    /// <param name="isr">Who stays.</param>
    /// <param name="partitionEpoch">Epoch of the partition after the change.</param>
    /// <param name="bytesPerRecord">Average size of the partition's records.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    public static ClusterEvent Explain(string name, IReadOnlyList<FollowerLag> lags, IReadOnlyList<int> isr,
        int partitionEpoch, double bytesPerRecord, long nowMs) => new(nowMs, ClusterEventKind.IsrShrank, name,
        string.Join("; ", lags.Select(lag => $"broker {lag.BrokerId} left the ISR of {name} [{string.Join(' ', isr)}]: {Why(lag, bytesPerRecord)}")),
        PartitionExplainer.Key(ClusterEventKind.IsrShrank, name, partitionEpoch))
    {
        IsFirstHand = true,
    };

    private static string Why(FollowerLag lag, double bytesPerRecord)
    {
        if (lag.HasNeverFetched)
            return $"it has not fetched once since this leader took office {Seconds(lag.CaughtUpAgoMs)} ago";
        var behind = string.Create(CultureInfo.InvariantCulture,
            $"it last caught up {Seconds(lag.CaughtUpAgoMs)} ago and is {lag.RecordsBehind:N0} records behind");
        return lag.FetchedPerSecond <= 0
            ? $"{behind}; it fetches nothing"
            : $"{behind}, fetching at {Rate(lag.FetchedPerSecond * bytesPerRecord)} against {Rate(lag.AppendedPerSecond * bytesPerRecord)} written";
    }

    private static string Seconds(long ms) => string.Create(CultureInfo.InvariantCulture, $"{ms / Kilo:0} s");

    private static string Rate(double bytes)
    {
        var unit = 0;
        for (; bytes >= Kilo && unit < Units.Length - 1; unit++)
            bytes /= Kilo;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {Units[unit]}");
    }
}
