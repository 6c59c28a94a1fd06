using Platform.Protocol;

namespace Platform.Client.Balancing.Goals;

/// <summary>Every broker is the preferred leader of as many partitions as the others, give or take one. Nothing is
/// copied for it: another replica comes first in the list.</summary>
internal sealed class LeaderGoal : IBalanceGoal
{
    public void Improve(PlacementDraft draft)
    {
        while (TryShiftOne(draft))
        {
        }
    }

    // Where the busiest shares no partition with the idlest, a third between them gives as it gets.
    private static bool TryShiftOne(PlacementDraft draft)
    {
        foreach (var from in draft.Targets.OrderByDescending(broker => draft.LedBy(broker.Id).Count)
            .ThenBy(broker => broker.Id))
        {
            if (Path(draft, from.Id) is not { } path)
                continue;
            if (!draft.HasRoom(path.Select(step => step.Partition)))
                return false;
            foreach (var (partition, giver, taker) in path)
                draft.Prefer(partition, taker, Reason(draft, giver, taker));
            return true;
        }
        return false;
    }

    private static string Reason(PlacementDraft draft, int giver, int taker) =>
        $"broker {giver} is the preferred leader of {draft.LedBy(giver).Count} partitions, broker {taker} of "
        + $"{draft.LedBy(taker).Count}; it holds this one already, nothing is copied";

    // The shortest chain of hand-overs, breadth first.
    private static List<(TopicPartition Partition, int Giver, int Taker)>? Path(PlacementDraft draft, int from)
    {
        var reached = new Dictionary<int, (TopicPartition Partition, int Giver)>();
        var queue = new Queue<int>([from]);
        var few = draft.LedBy(from).Count - 2;
        while (queue.TryDequeue(out var giver))
        {
            foreach (var partition in draft.LedBy(giver).Where(draft.IsAtRest))
            {
                foreach (var taker in draft.ReplicasOf(partition))
                {
                    if (taker == from || !draft.Broker(taker).TakesReplicas || !reached.TryAdd(taker, (partition, giver)))
                        continue;
                    if (draft.LedBy(taker).Count <= few)
                        return Chain(reached, from, taker);
                    queue.Enqueue(taker);
                }
            }
        }
        return null;
    }

    private static List<(TopicPartition, int, int)> Chain(
        Dictionary<int, (TopicPartition Partition, int Giver)> reached, int from, int to)
    {
        var chain = new List<(TopicPartition, int, int)>();
        for (var taker = to; taker != from; taker = reached[taker].Giver)
            chain.Add((reached[taker].Partition, reached[taker].Giver, taker));
        return chain;
    }
}
