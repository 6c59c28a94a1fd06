using Microsoft.AspNetCore.Builder;
using Platform.Broker.Network;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>One node of a cluster on the real disk, network and clock.</summary>
public sealed class BrokerHost : IAsyncDisposable
{
    private readonly BrokerNode _node;
    private WebApplication? _http;

    private BrokerHost(BrokerNode node) => _node = node;

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
        RefuseDynamicQuorum(config.Node);
        FormatIfTold(config, options);
        var host = new BrokerHost(BrokerNode.Create(config, options));
        try
        {
            await host._node.StartAsync(cancellation);
            await host.StartHttpAsync(config[BrokerConfigs.HttpListener], options);
            return host;
        }
        catch (KafkaListenerException error)
        {
            await host.DisposeAsync();
            throw new BrokerStartException(error.Message, error);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands over, closes connections, flushes and marks the directories as clean.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_http is not null)
            await _http.DisposeAsync();
        await _node.DisposeAsync();
    }

    /// <summary>Logs of the node, for tests of what is on its disk.</summary>
    internal LogManager Logs => _node.Logs;

    /// <summary>Ends as if the process were killed, for tests of crashes within one process.</summary>
    internal async Task KillAsync()
    {
        if (_http is not null)
            await _http.DisposeAsync();
        await _node.KillAsync();
    }

    private static void RefuseDynamicQuorum(NodeConfig node)
    {
        if (node.Voters.Count == 0)
            throw new ConfigException(new ConfigProblem(BrokerConfigs.ControllerQuorumVoters.Name, null,
                "must list the controllers as id@host:port: this version runs quorums with fixed voters, which "
                + $"{BrokerConfigs.ControllerQuorumBootstrapServers.Name} alone does not name"));
    }

    // As the usual container images do: CLUSTER_ID formats what is not formatted yet.
    private static void FormatIfTold(BrokerConfig config, BrokerHostOptions options)
    {
        if (config.Node.ClusterId is { } clusterId)
            StorageFormatter.Format(options.Files, config.Node, clusterId);
    }

    private async Task StartHttpAsync(string listener, BrokerHostOptions options)
    {
        if (listener.Length > 0 && options.Metrics is { } metrics)
            _http = await HttpEndpoint.StartAsync(listener, metrics, () => _node.IsServing);
    }
}
