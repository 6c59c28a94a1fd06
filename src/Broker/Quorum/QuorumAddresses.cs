using System.Collections.Concurrent;
using Platform.Broker.Hosting;
using Platform.Client;
using Platform.Client.Network;
using Platform.Cluster.Configuration;
using Platform.Cluster.Raft;
using Platform.Protocol;

namespace Platform.Broker.Quorum;

/// <summary>
/// Where the nodes of the quorum listen. What this process knows of itself comes first, then the voters that the log
/// names, then what nodes said of a leader that the log does not name yet, and at last the servers of
/// <c>controller.quorum.bootstrap.servers</c>, which have negative ids since nobody knows theirs. Safe for threads.
/// </summary>
internal sealed class QuorumAddresses(
    int nodeId, VoterSet voters, IReadOnlyList<HostAndPort> bootstrapServers, BoundControllers? bound)
{
    /// <summary>Id of the first bootstrap server; the next ones count down, as in Kafka.</summary>
    public const int FirstBootstrapId = -2;

    /// <summary>Most nodes that are remembered without being voters.</summary>
    internal const int MaxLearned = 1_000;

    private readonly ConcurrentDictionary<int, BrokerEndpoint> _learned = new();
    private volatile VoterSet _voters = voters;

    /// <summary>Ids of the bootstrap servers.</summary>
    public IReadOnlyList<int> BootstrapIds { get; } =
        [.. bootstrapServers.Select((_, index) => FirstBootstrapId - index)];

    /// <summary>The voters that count now.</summary>
    public VoterSet Voters
    {
        set => _voters = value;
    }

    /// <summary>Remembers where a node said that it listens.</summary>
    public void Learn(int nodeId, string host, int port)
    {
        if (_learned.Count < MaxLearned || _learned.ContainsKey(nodeId))
            _learned[nodeId] = new BrokerEndpoint(host, port);
    }

    /// <summary>Where a node listens.</summary>
    /// <exception cref="KafkaException">Nobody said so yet; the leader is asked for again.</exception>
    public BrokerEndpoint Find(int id)
    {
        if (bound?.Find(id) is { } here)
            return new BrokerEndpoint(here.Host, here.Port);
        if (_voters.Find(id) is { } voter)
            return new BrokerEndpoint(voter.Host, voter.Port);
        if (_learned.TryGetValue(id, out var learned))
            return learned;
        return id <= FirstBootstrapId && FirstBootstrapId - id < bootstrapServers.Count
            ? Bootstrap(bootstrapServers[FirstBootstrapId - id])
            : throw new KafkaException(ErrorCode.NetworkException, $"nobody said yet where node {id} listens");
    }

    // Port 0 stands for another controller of this process, whichever is there.
    private BrokerEndpoint Bootstrap(HostAndPort server) => server.Port == 0 && bound?.AnyBut(nodeId) is { } here
        ? new BrokerEndpoint(here.Host, here.Port) : new BrokerEndpoint(server.Host, server.Port);
}
