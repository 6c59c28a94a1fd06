using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>Where everything would lie after the moves so far: what the goals of a plan look at and change.</summary>
internal sealed class PlacementDraft
{
    private readonly RebalanceSettings _settings;
    private readonly SortedDictionary<int, BalancedBroker> _brokers = [];
    private readonly Dictionary<TopicPartition, BalancedPartition> _original = [];
    private readonly Dictionary<TopicPartition, int[]> _replicas = [];
    private readonly SortedDictionary<int, SortedSet<TopicPartition>> _held = [];
    private readonly SortedDictionary<int, SortedSet<TopicPartition>> _led = [];
    private readonly SortedDictionary<int, long> _bytes = [];
    private readonly List<TopicPartition> _order = [];
    private readonly Dictionary<TopicPartition, List<string>> _reasons = [];

    public PlacementDraft(BalanceState state, RebalanceSettings settings)
    {
        _settings = settings;
        foreach (var broker in state.Brokers)
            AddBroker(broker);
        foreach (var partition in state.Partitions.OrderBy(partition => partition.Partition))
        {
            // A broker that nobody described is gone: what it holds is only known from the partition.
            foreach (var unknown in partition.Replicas.Where(replica => !_brokers.ContainsKey(replica)))
                AddBroker(new BalancedBroker(unknown, IsOnline: false));
            _original.Add(partition.Partition, partition);
            Put(partition.Partition, [.. partition.Replicas]);
        }
        Targets = [.. _brokers.Values.Where(broker => broker.TakesReplicas)];
    }

    /// <summary>Limits of the plan.</summary>
    public RebalanceSettings Settings => _settings;

    /// <summary>Brokers that may get replicas, by id.</summary>
    public IReadOnlyList<BalancedBroker> Targets { get; }

    /// <summary>What cannot be done.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>True when a wanted move had no room in the plan.</summary>
    public bool IsBounded { get; private set; }

    /// <summary>All brokers, by id.</summary>
    public IEnumerable<BalancedBroker> Brokers => _brokers.Values;

    /// <summary>Everything known of a broker.</summary>
    public BalancedBroker Broker(int id) => _brokers[id];

    /// <summary>Partitions that a broker would hold.</summary>
    public IReadOnlyCollection<TopicPartition> HeldBy(int broker) => _held[broker];

    /// <summary>Partitions whose preferred leader a broker would be.</summary>
    public IReadOnlyCollection<TopicPartition> LedBy(int broker) => _led[broker];

    /// <summary>Bytes that a broker would hold.</summary>
    public long BytesOf(int broker) => _bytes[broker];

    /// <summary>Bytes of one replica of a partition.</summary>
    public long BytesOf(TopicPartition partition) => _original[partition].Bytes;

    /// <summary>All partitions, in order.</summary>
    public IEnumerable<TopicPartition> Partitions => _original.Keys.Order();

    /// <summary>Brokers that would hold a partition, the preferred leader first.</summary>
    public IReadOnlyList<int> ReplicasOf(TopicPartition partition) => _replicas[partition];

    /// <summary>True when no move of the partition is under way.</summary>
    public bool IsAtRest(TopicPartition partition) => !_original[partition].IsMoving;

    /// <summary>True when the plan has room for changes of these partitions; otherwise the plan is a bounded one.</summary>
    public bool HasRoom(params IEnumerable<TopicPartition> partitions)
    {
        var isRoom = _order.Count + partitions.Distinct().Count(partition => !_reasons.ContainsKey(partition))
            <= _settings.MaxMoves;
        IsBounded |= !isRoom;
        return isRoom;
    }

    /// <summary>True when the replica may go there without more replicas of the partition in one rack than now.</summary>
    public bool FitsRacks(TopicPartition partition, int from, int to)
    {
        var (before, after) = (Broker(from).Rack, Broker(to).Rack);
        return before == after || after is null || ReplicasOf(partition).All(replica =>
            replica == from || Broker(replica).Rack != after);
    }

    /// <summary>Puts a replica on another broker, which takes its place in the order of leaders.</summary>
    public void Replace(TopicPartition partition, int from, int to, string reason)
    {
        var replicas = _replicas[partition].ToArray();
        replicas[Array.IndexOf(replicas, from)] = to;
        Change(partition, replicas, reason);
    }

    /// <summary>Makes a replica the preferred leader.</summary>
    public void Prefer(TopicPartition partition, int leader, string reason) =>
        Change(partition, [leader, .. _replicas[partition].Where(replica => replica != leader)], reason);

    /// <summary>What each broker would carry, by id.</summary>
    public IReadOnlyList<BrokerLoad> Loads() =>
        [.. _brokers.Keys.Select(id => new BrokerLoad(id, _held[id].Count, _led[id].Count, _bytes[id]))];

    /// <summary>The moves that lead to the draft; a partition that came back to where it was is none.</summary>
    public IReadOnlyList<PlannedMove> Moves() =>
        [.. from partition in _order
            let before = _original[partition]
            let after = _replicas[partition]
            where !after.SequenceEqual(before.Replicas)
            select new PlannedMove(partition, before.Replicas, after,
                before.Bytes * after.Except(before.Replicas).Count(), string.Join("; ", _reasons[partition]))];

    private void AddBroker(BalancedBroker broker)
    {
        _brokers.Add(broker.Id, broker);
        (_held[broker.Id], _led[broker.Id], _bytes[broker.Id]) = ([], [], 0);
    }

    private void Change(TopicPartition partition, int[] replicas, string reason)
    {
        if (!_reasons.TryGetValue(partition, out var reasons))
        {
            _reasons[partition] = reasons = [];
            _order.Add(partition);
        }
        reasons.Add(reason);
        foreach (var replica in _replicas[partition])
        {
            _held[replica].Remove(partition);
            _bytes[replica] -= BytesOf(partition);
        }
        _led[_replicas[partition][0]].Remove(partition);
        Put(partition, replicas);
    }

    private void Put(TopicPartition partition, int[] replicas)
    {
        _replicas[partition] = replicas;
        foreach (var replica in replicas)
        {
            _held[replica].Add(partition);
            _bytes[replica] += BytesOf(partition);
        }
        if (replicas.Length > 0)
            _led[replicas[0]].Add(partition);
    }
}
