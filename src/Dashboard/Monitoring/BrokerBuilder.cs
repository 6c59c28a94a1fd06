using Platform.Client.Admin;

namespace Platform.Dashboard.Monitoring;

/// <summary>Brokers with what they lead and hold. A broker that is only named as a replica is not reachable.</summary>
internal static class BrokerBuilder
{
    public static IReadOnlyList<BrokerState> Build(
        ClusterDescription cluster, IReadOnlyList<TopicState> topics, SampleState state, ClusterSnapshot? previous)
    {
        var counts = Count(topics);
        var alive = cluster.Brokers.ToDictionary(broker => broker.Id);
        return [.. counts.Keys.Union(alive.Keys).Order().Select(id =>
        {
            var count = counts.GetValueOrDefault(id);
            var last = previous?.Broker(id);
            alive.TryGetValue(id, out var broker);
            return new BrokerState(
                id, broker?.Host ?? last?.Host ?? "", broker?.Port ?? last?.Port ?? 0, broker?.Rack ?? last?.Rack,
                broker is not null, id == cluster.ControllerId, count.Leaders, count.Replicas, count.OutOfSync,
                state.LogSizes.TryGetValue(id, out var sizes) ? sizes.Values.Sum() : null);
        })];
    }

    private static Dictionary<int, (int Leaders, int Replicas, int OutOfSync)> Count(IReadOnlyList<TopicState> topics)
    {
        var counts = new Dictionary<int, (int Leaders, int Replicas, int OutOfSync)>();
        foreach (var partition in topics.SelectMany(topic => topic.Partitions))
            foreach (var id in partition.Replicas)
            {
                var (leaders, replicas, outOfSync) = counts.GetValueOrDefault(id);
                counts[id] = (leaders + (partition.LeaderId == id ? 1 : 0), replicas + 1,
                    outOfSync + (partition.InSyncReplicas.Contains(id) ? 0 : 1));
            }
        return counts;
    }
}
