using Platform.Cluster.Metadata;

namespace Platform.Cluster.Controller;

/// <summary>
/// Deals partitions out like cards: each next partition starts with the next rack, and within a rack with the next
/// broker. Replicas of one partition go to different racks as long as there are any. Active brokers come before fenced
/// ones, so that a leader is always active.
/// </summary>
public sealed class StripedReplicaPlacer(Random random) : IReplicaPlacer
{
    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<int>> Place(int partitions, int replicationFactor,
        IEnumerable<BrokerRegistration> brokers)
    {
        var all = brokers.ToList();
        var active = Racks(all.Where(broker => broker.IsActive));
        var others = Racks(all.Where(broker => !broker.IsActive));
        var start = random.Next(Math.Max(active.Count, 1));
        var placements = new IReadOnlyList<int>[partitions];
        for (var partition = 0; partition < partitions; partition++)
            placements[partition] = [.. Deal(active, start
            + partition).Concat(Deal(others, start + partition)).Take(replicationFactor)];
        return placements;
    }

    // Shuffled once, so that not every topic begins with the same broker.
    private List<int[]> Racks(IEnumerable<BrokerRegistration> brokers)
    {
        var racks = brokers.GroupBy(broker => broker.Rack ?? "").OrderBy(rack => rack.Key, StringComparer.Ordinal)
            .Select(rack => rack.Select(broker => broker.Id).Order().ToArray()).ToList();
        foreach (var rack in racks)
            random.Shuffle(rack);
        return racks;
    }

    // The first broker of each rack, then the second of each, and so on.
    private static IEnumerable<int> Deal(List<int[]> racks, int turn)
    {
        for (var round = 0; racks.Exists(rack => round < rack.Length); round++)
        {
            for (var i = 0; i < racks.Count; i++)
            {
                var rack = racks[(turn + i) % racks.Count];
                if (round < rack.Length)
                    yield return rack[(turn / racks.Count + round) % rack.Length];
            }
        }
    }
}
