using Platform.Protocol;

namespace Platform.Client.Balancing.Goals;

/// <summary>Brokers that are drained give everything away.</summary>
internal sealed class DrainGoal : IBalanceGoal
{
    public void Improve(PlacementDraft draft)
    {
        foreach (var broker in draft.Brokers.Where(broker => broker.IsDrained).ToList())
        {
            var stuck = 0;
            foreach (var partition in draft.HeldBy(broker.Id).Where(draft.IsAtRest).ToList())
            {
                if (!draft.HasRoom(partition))
                    break;
                stuck += TryMove(draft, broker, partition) ? 0 : 1;
            }
            if (stuck > 0)
                draft.Problems.Add($"{stuck} partitions must stay on broker {broker.Id}, because every other broker that "
                    + "takes replicas holds them already: add a broker, or lower their replication factor");
        }
    }

    private static bool TryMove(PlacementDraft draft, BalancedBroker from, TopicPartition partition)
    {
        if (Best(draft, from.Id, partition) is not { } to)
            return false;
        var rack = to.Rack is null ? "" : $" in rack {to.Rack}";
        draft.Replace(partition, from.Id, to.Id,
            $"broker {from.Id} is drained; broker {to.Id}{rack} has the fewest replicas ({draft.HeldBy(to.Id).Count}) "
            + "of those that may take it");
        return true;
    }

    // A rack of its own comes first, then who carries least.
    internal static BalancedBroker? Best(PlacementDraft draft, int from, TopicPartition partition) => draft.Targets
        .Where(broker => !draft.ReplicasOf(partition).Contains(broker.Id))
        .OrderBy(broker => draft.FitsRacks(partition, from, broker.Id) ? 0 : 1)
        .ThenBy(broker => draft.HeldBy(broker.Id).Count)
        .ThenBy(broker => draft.BytesOf(broker.Id))
        .ThenBy(broker => broker.Id)
        .FirstOrDefault();
}
