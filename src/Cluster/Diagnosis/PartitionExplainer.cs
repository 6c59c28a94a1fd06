using Platform.Cluster.Metadata;

namespace Platform.Cluster.Diagnosis;

/// <summary>What a change of a partition means.</summary>
internal sealed class PartitionExplainer(
    string name, PartitionRegistration before, PartitionRegistration now, Causes causes, long nowMs)
{
    internal IEnumerable<ClusterEvent> Explain()
    {
        if (before.PartitionEpoch == now.PartitionEpoch)
            yield break;
        if (Unclean() is { } unclean)
            yield return Told(ClusterEventKind.UncleanElection, unclean);
        else if (before.Leader != now.Leader)
            yield return Told(ClusterEventKind.LeaderMoved, Leader());
        if (before.Isr.Except(now.Isr).ToList() is { Count: > 0 } left)
            yield return Told(ClusterEventKind.IsrShrank, Left(left));
        if (now.Isr.Except(before.Isr).ToList() is { Count: > 0 } joined)
            yield return Told(ClusterEventKind.IsrGrew,
                $"{Brokers(joined)} joined the ISR of {name} [{List(now.Isr)}]: {(joined.Count > 1 ? "they have" : "it has")} caught up with the leader");
        if (!before.IsReassigning && now.IsReassigning)
            yield return Told(ClusterEventKind.ReassignmentBegan, Moving());
        else if (before.IsReassigning && !now.IsReassigning)
            yield return Told(ClusterEventKind.ReassignmentEnded, Moved());
    }

    /// <summary>Key of a change of in-sync replicas, the same for the leader that asked for it.</summary>
    internal static string Key(ClusterEventKind kind, string name, int partitionEpoch) => $"{kind}:{name}@{partitionEpoch}";

    private ClusterEvent Told(ClusterEventKind kind, string text) =>
        new(nowMs, kind, name, text, Key(kind, name, now.PartitionEpoch));

    private string? Unclean() => before.LeaderRecoveryState == LeaderRecoveryState.Recovered
        && now is { LeaderRecoveryState: LeaderRecoveryState.Recovering, HasLeader: true }
            ? $"{name} was given broker {now.Leader} as leader, which was not in sync: nobody of the ISR [{List(before.Isr)}] was left, "
                + "and unclean.leader.election.enable allows it. Records that only they had are lost"
            : null;

    private string Leader() => (before.Leader, now.Leader) switch
    {
        (_, PartitionRegistration.NoLeader) =>
            $"{name} has no leader: {Why()}, and no other of the ISR [{List(before.Isr)}] can lead",
        (PartitionRegistration.NoLeader, var next) =>
            $"{name} is led again, by broker {next}: it is back and was in sync",
        var (last, next) => $"the leadership of {name} moved from broker {last} to broker {next}: {Why()}",
    };

    private string Why()
    {
        if (causes.Of(before.Leader, now) is { } cause)
            return cause;
        if (!now.Replicas.Contains(before.Leader))
            return $"the reassignment takes the partition away from broker {before.Leader}";
        if (!now.Isr.Contains(before.Leader))
            return $"broker {before.Leader} is not in sync any more";
        return now.Leader == now.PreferredLeader
            ? $"broker {now.Leader} is the preferred leader and is in sync"
            : "an election was asked for";
    }

    private string Left(List<int> left)
    {
        var reasons = left.Select(id => causes.Of(id, now)
            ?? (now.Replicas.Contains(id) ? null : $"the reassignment took the partition away from broker {id}"))
            .OfType<string>().ToList();
        var why = reasons.Count > 0
            ? string.Join(", ", reasons)
            : $"{(left.Count > 1 ? "they were" : "it was")} behind the leader, broker {now.Leader}, for replica.lag.time.max.ms";
        return $"{Brokers(left)} left the ISR of {name} [{List(now.Isr)}]: {why}";
    }

    private string Moving() => $"{name} moves from [{List(before.Replicas)}] to [{List(now.Replicas.Except(now.RemovingReplicas))}]: "
        + $"{(now.AddingReplicas.Count > 0 ? $"{Brokers(now.AddingReplicas)} {(now.AddingReplicas.Count > 1 ? "copy" : "copies")} it" : "nothing to copy")}"
        + (now.RemovingReplicas.Count > 0 ? $", then {Brokers(now.RemovingReplicas)} will drop it" : "");

    private string Moved() => before.AddingReplicas.All(now.Replicas.Contains) && !before.RemovingReplicas.Any(now.Replicas.Contains)
        ? $"{name} has moved to [{List(now.Replicas)}]: all of its new replicas are in sync"
        : $"the move of {name} was given up: it stays on [{List(now.Replicas)}]";

    private static string Brokers(IEnumerable<int> ids)
    {
        var all = ids.ToList();
        return all.Count == 1 ? $"broker {all[0]}" : $"brokers {string.Join(" and ", all)}";
    }

    private static string List(IEnumerable<int> ids) => string.Join(' ', ids);
}
