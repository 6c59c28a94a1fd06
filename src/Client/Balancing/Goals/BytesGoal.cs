using Platform.Protocol;

namespace Platform.Client.Balancing.Goals;

/// <summary>Every broker holds about as many bytes as the others. A large partition changes places with a small one, so
/// that the number of replicas stays even.</summary>
internal sealed class BytesGoal : IBalanceGoal
{
    // Of thousands of partitions the largest here and the smallest there are the ones worth looking at.
    private const int MaxCandidates = 100;

    public void Improve(PlacementDraft draft)
    {
        if (draft.Targets.Count < 2)
            return;
        var average = draft.Targets.Average(broker => (double)draft.BytesOf(broker.Id));
        if (average < draft.Settings.LeastBytesToEven)
            return;
        var slack = average * draft.Settings.BytesTolerance;
        while (TrySwap(draft, average, slack))
        {
        }
    }

    private static bool TrySwap(PlacementDraft draft, double average, double slack)
    {
        var byBytes = draft.Targets.OrderBy(broker => draft.BytesOf(broker.Id)).ThenBy(broker => broker.Id).ToList();
        foreach (var from in byBytes.AsEnumerable().Reverse())
        {
            foreach (var to in byBytes)
            {
                var (high, low) = (draft.BytesOf(from.Id), draft.BytesOf(to.Id));
                if (high <= low || (high <= average + slack && low >= average - slack))
                    break;
                if (Best(draft, from.Id, to.Id, high - low) is not { } swap)
                    continue;
                if (!draft.HasRoom(swap.Small is { } small ? [swap.Large, small] : [swap.Large]))
                    return false;
                Swap(draft, from.Id, to.Id, swap);
                return true;
            }
        }
        return false;
    }

    private static void Swap(PlacementDraft draft, int from, int to, (TopicPartition Large, TopicPartition? Small) swap)
    {
        var why = $"broker {from} holds {Sizes.InWords(draft.BytesOf(from))}, broker {to} "
            + Sizes.InWords(draft.BytesOf(to));
        draft.Replace(swap.Large, from, to, why);
        if (swap.Small is { } small)
            draft.Replace(small, to, from, $"it makes room for {swap.Large}: {why}");
    }

    // What brings the two closest together, and saves at least a tenth of what lies between them.
    private static (TopicPartition Large, TopicPartition? Small)? Best(PlacementDraft draft, int from, int to, long gap)
    {
        (TopicPartition, TopicPartition?)? best = null;
        var rest = gap - gap / 10;
        var small = Movable(draft, to, from).OrderBy(draft.BytesOf).Take(MaxCandidates).ToList();
        foreach (var large in Movable(draft, from, to).OrderByDescending(draft.BytesOf).Take(MaxCandidates))
        {
            if (draft.HeldBy(from).Count > draft.HeldBy(to).Count)
                Consider(large, null, draft.BytesOf(large));
            foreach (var other in small)
                Consider(large, other, draft.BytesOf(large) - draft.BytesOf(other));
        }
        return best;

        void Consider(TopicPartition large, TopicPartition? other, long shift)
        {
            var left = Math.Abs(gap - 2 * shift);
            if (shift > 0 && left < rest)
                (best, rest) = ((large, other), left);
        }
    }

    private static IEnumerable<TopicPartition> Movable(PlacementDraft draft, int from, int to) =>
        draft.HeldBy(from).Where(partition => draft.IsAtRest(partition)
            && !draft.ReplicasOf(partition).Contains(to) && draft.FitsRacks(partition, from, to));
}
