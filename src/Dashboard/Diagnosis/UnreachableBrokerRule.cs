using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Diagnosis;

/// <summary>Brokers that hold replicas and that the cluster does not list as alive.</summary>
internal static class UnreachableBrokerRule
{
    public static Finding? Evaluate(ClusterSnapshot snapshot)
    {
        var gone = snapshot.Brokers.Where(broker => !broker.IsAlive).ToList();
        if (gone.Count == 0)
            return null;
        var names = string.Join(", ", gone.Select(broker => broker.Id));
        var replicas = gone.Sum(broker => broker.Replicas);
        return new Finding(
            "unreachable-broker", HealthLevel.Degraded,
            $"{(gone.Count == 1 ? "Broker" : "Brokers")} {names} of {snapshot.Brokers.Count} "
            + $"{(gone.Count == 1 ? "is" : "are")} down; {Words.Count(replicas, "copy", "copies")} of partitions "
            + $"{(replicas == 1 ? "is" : "are")} missing.",
            $"Start broker {names} again; it catches up by itself.",
            "brokers");
    }
}
