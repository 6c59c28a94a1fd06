using Platform.Protocol;

namespace Platform.Client.Balancing.Goals;

/// <summary>Every broker holds as many replicas as the others, give or take one.</summary>
internal sealed class ReplicaCountGoal : IBalanceGoal
{
    public void Improve(PlacementDraft draft)
    {
        while (TryMoveOne(draft))
        {
        }
    }

    private static bool TryMoveOne(PlacementDraft draft)
    {
        var byCount = draft.Targets.OrderBy(broker => draft.HeldBy(broker.Id).Count).ThenBy(broker => broker.Id).ToList();
        foreach (var from in byCount.AsEnumerable().Reverse())
        {
            foreach (var to in byCount)
            {
                if (draft.HeldBy(from.Id).Count - draft.HeldBy(to.Id).Count < 2)
                    break;
                if (Candidate(draft, from.Id, to.Id) is not { } partition)
                    continue;
                if (!draft.HasRoom(partition))
                    return false;
                draft.Replace(partition, from.Id, to.Id, $"broker {from.Id} holds {draft.HeldBy(from.Id).Count} "
                    + $"replicas, broker {to.Id} only {draft.HeldBy(to.Id).Count}");
                return true;
            }
        }
        return false;
    }

    // The one that evens the bytes as well; of equal ones the smallest, which costs least.
    private static TopicPartition? Candidate(PlacementDraft draft, int from, int to)
    {
        var wanted = Math.Max(0, (draft.BytesOf(from) - draft.BytesOf(to)) / 2);
        TopicPartition? best = null;
        var distance = long.MaxValue;
        foreach (var partition in draft.HeldBy(from))
        {
            var off = Math.Abs(draft.BytesOf(partition) - wanted);
            if (off < distance && draft.IsAtRest(partition) && !draft.ReplicasOf(partition).Contains(to)
                && draft.FitsRacks(partition, from, to))
                (best, distance) = (partition, off);
        }
        return best;
    }
}
