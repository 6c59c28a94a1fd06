using Platform.Client.Balancing.Goals;

namespace Platform.Client.Balancing;

/// <summary>
/// Proposes moves that even out a cluster: a pure function of its state. Goals come in order of weight, and a later one
/// never undoes an earlier one: drained brokers are emptied, racks are spread, then replicas, bytes and preferred leaders
/// are evened.
/// </summary>
public static class RebalancePlanner
{
    /// <summary>Makes a plan.</summary>
    public static RebalancePlan Plan(BalanceState state, RebalanceSettings? settings = null)
    {
        settings ??= new RebalanceSettings();
        var draft = new PlacementDraft(state, settings);
        var before = draft.Loads();
        foreach (var goal in Goals(settings))
            goal.Improve(draft);
        return new RebalancePlan(draft.Moves(), before, draft.Loads(), draft.Problems, draft.IsBounded);
    }

    private static IEnumerable<IBalanceGoal> Goals(RebalanceSettings settings)
    {
        yield return new DrainGoal();
        if (settings.DrainOnly)
            yield break;
        yield return new RackGoal();
        yield return new ReplicaCountGoal();
        yield return new BytesGoal();
        yield return new LeaderGoal();
    }
}
