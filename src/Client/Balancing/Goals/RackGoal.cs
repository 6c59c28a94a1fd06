using Platform.Protocol;

namespace Platform.Client.Balancing.Goals;

/// <summary>Replicas of a partition lie in different racks, as far as there are racks. Only when every broker has
/// one: as in Kafka, half a cluster with racks is none.</summary>
internal sealed class RackGoal : IBalanceGoal
{
    public void Improve(PlacementDraft draft)
    {
        if (draft.Targets.Any(broker => broker.Rack is null))
            return;
        foreach (var partition in draft.Partitions.Where(draft.IsAtRest))
        {
            // Each turn puts one replica into a rack that had none, so that there are no more turns than replicas.
            while (Crowded(draft, partition) is { } from && Free(draft, partition) is { } to && draft.HasRoom(partition))
                draft.Replace(partition, from.Id, to.Id,
                    $"rack {from.Rack} holds more than one of its replicas, rack {to.Rack} none");
        }
    }

    // The last of those that share a rack: the preferred leader stays where it is.
    private static BalancedBroker? Crowded(PlacementDraft draft, TopicPartition partition) => draft.ReplicasOf(partition)
        .Select(draft.Broker).GroupBy(broker => broker.Rack, StringComparer.Ordinal)
        .Where(rack => rack.Key is not null && rack.Count() > 1).Select(rack => rack.Last()).LastOrDefault();

    private static BalancedBroker? Free(PlacementDraft draft, TopicPartition partition)
    {
        var used = draft.ReplicasOf(partition).Select(replica => draft.Broker(replica).Rack).ToHashSet();
        return draft.Targets.Where(broker => !used.Contains(broker.Rack))
            .OrderBy(broker => draft.HeldBy(broker.Id).Count).ThenBy(broker => broker.Id).FirstOrDefault();
    }
}
