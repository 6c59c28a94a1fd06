using Platform.Cluster.Replication;

namespace Platform.Cluster.Tests.Replication;

/// <summary>Brokers as the metadata knows them: all active until they are fenced.</summary>
internal sealed class Brokers
{
    public const long MaxLagMs = 1000;
    private readonly HashSet<int> _fenced = [];
    private readonly Dictionary<int, long> _epochs = [];

    public Brokers() => Rules = new ReplicationRules(MaxLagMs,
        id => new BrokerStanding(!_fenced.Contains(id), _epochs.GetValueOrDefault(id, EpochOf(id))));

    public ReplicationRules Rules { get; }

    public static long EpochOf(int broker) => broker * 10;

    public void Fence(int broker) => _fenced.Add(broker);

    public void RegisterAnew(int broker) => _epochs[broker] = EpochOf(broker) + 1;
}
