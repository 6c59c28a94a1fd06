using Microsoft.AspNetCore.Builder;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Broker.Security;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>One node of a cluster on the real disk, network and clock.</summary>
public sealed class BrokerHost : IAsyncDisposable
{
    private readonly BrokerNode _node;
    private readonly WebApplication? _http;

    private BrokerHost(BrokerNode node, WebApplication? http) => (_node, _http) = (node, http);

    /// <summary>Id of the cluster.</summary>
    public string ClusterId => _node.ClusterId;

    /// <summary>Where clients find this node, or other nodes its controller when it is no broker, with the ports that
    /// were really bound.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _node.EndPoints;

    /// <summary>host:port of the first listener for clients.</summary>
    public string BootstrapServers => $"{EndPoints[0].Host}:{EndPoints[0].Port}";

    /// <summary>Fails when the node cannot go on: its log directory broke, or its metadata log.</summary>
    public Task Failed => _node.Failed;

    /// <summary>Starts a node; returns when it serves clients.</summary>
    /// <exception cref="BrokerStartException">A port is taken, or the controller refuses the broker.</exception>
    /// <exception cref="LogDirectoryException">A directory is not formatted, foreign, or in use by another process.</exception>
    public static async Task<BrokerHost> StartAsync(
        BrokerConfig config, BrokerHostOptions options, CancellationToken cancellation = default)
    {
        FormatIfTold(config, options);
        RefuseLonelyController(config, options);
        var loading = new LoadProgress();
        BrokerNode? node = null;
        // First of all: recovery may take long, and who waits for the node shall see how far it is.
        var http = await StartHttpAsync(
            config[BrokerConfigs.HttpListener], options, () => WhyNotReady(Volatile.Read(ref node), loading));
        try
        {
            Volatile.Write(ref node, BrokerNode.Create(config, options, loading));
            await node.StartAsync(cancellation);
            return new BrokerHost(node, http);
        }
        catch (Exception error)
        {
            await StopAsync(node, http);
            if (error is KafkaListenerException)
                throw new BrokerStartException(error.Message, error);
            throw;
        }
    }

    /// <summary>Hands over, closes connections, flushes and marks the directories as clean.</summary>
    public ValueTask DisposeAsync() => StopAsync(_node, _http);

    /// <summary>Logs of the node, for tests of what is on its disk.</summary>
    internal LogManager Logs => _node.Logs;

    /// <summary>Who may do what on the node, for tests of what it counts.</summary>
    internal Authorizer Access => _node.Access;

    /// <summary>Metadata as the node has it, for tests of what clients are not told.</summary>
    internal MetadataImage Image => _node.Image;

    /// <summary>Ends as if the process were killed, for tests of crashes within one process.</summary>
    internal async Task KillAsync()
    {
        if (_http is not null)
            await _http.DisposeAsync();
        await _node.KillAsync();
    }

    // As the usual container images do: CLUSTER_ID formats what is not formatted yet.
    private static void FormatIfTold(BrokerConfig config, BrokerHostOptions options)
    {
        // A directory that is new, or whose disk was replaced, gets an id of its own, as long as the others tell whose it is.
        if ((config.Node.ClusterId ?? StorageFormatter.ClusterIdOfMetadata(options.Files, config.Node)) is { } clusterId)
            StorageFormatter.Format(options.Files, config.Node, clusterId);
    }

    // It would wait for ever for a leader that nobody can be.
    private static void RefuseLonelyController(BrokerConfig config, BrokerHostOptions options)
    {
        var node = config.Node;
        if (node.Voters.Count > 0 || !node.IsController || StorageFormatter.KnowsVoters(options.Files, node)
            || node.BootstrapServers.Any(server => !IsOwn(config, server)))
            return;
        throw new ConfigException(new ConfigProblem(BrokerConfigs.ControllerQuorumBootstrapServers.Name,
            string.Join(',', node.BootstrapServers), "names only this controller, which was formatted without voters; "
            + "format it with --standalone to found a quorum, or name a controller of the one that it shall join"));
    }

    private static bool IsOwn(BrokerConfig config, HostAndPort server) => config.Node.Listeners.Advertised.Any(
        own => config.Node.Listeners.IsController(own.ListenerName) && own.Port > 0
            && own.Host == server.Host && own.Port == server.Port);

    private static async Task<WebApplication?> StartHttpAsync(
        string listener, BrokerHostOptions options, Func<string?> whyNotReady) =>
        listener.Length > 0 ? await HttpEndpoint.StartAsync(listener, options.Metrics, options.Events, whyNotReady) : null;

    private static string? WhyNotReady(BrokerNode? node, LoadProgress loading) =>
        node is null ? $"opening logs, {loading.Opened} of {loading.Found} are open"
        : node.IsServing ? null
        : "the broker is starting or fenced";

    private static async ValueTask StopAsync(BrokerNode? node, WebApplication? http)
    {
        if (http is not null)
            await http.DisposeAsync();
        if (node is not null)
            await node.DisposeAsync();
    }
}
