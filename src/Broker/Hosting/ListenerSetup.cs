using Platform.Broker.Network;
using Platform.Cluster.Configuration;

namespace Platform.Broker.Hosting;

/// <summary>Opens the listeners of a node as its settings say.</summary>
internal static class ListenerSetup
{
    /// <summary>Binds listeners; nothing is accepted yet.</summary>
    /// <exception cref="KafkaListenerException">A port is taken, or a host is none of this machine's.</exception>
    public static List<BoundListener> Bind(SocketServer server, IEnumerable<EndPoint> endPoints, bool isController) =>
        [.. endPoints.Select(e => server.Bind(new ListenerOptions(e.ListenerName, e.Host, e.Port, isController)))];

    /// <summary>What others are told of a listener. Port 0 means "whichever is free": they must be told which one that
    /// was.</summary>
    public static EndPoint Advertised(BoundListener listener, BrokerConfig config)
    {
        var stated = config.Node.Listeners.Advertised.First(e => e.ListenerName == listener.Options.Name);
        return stated with
        {
            Host = stated.Host.Length > 0 ? stated.Host : "localhost",
            Port = stated.Port == 0 ? listener.Port : stated.Port,
        };
    }

    /// <summary>Limits of connections.</summary>
    public static ConnectionLimits Limits(BrokerConfig config) => new()
    {
        MaxRequestBytes = config[BrokerConfigs.SocketRequestMaxBytes],
        MaxConnections = config[BrokerConfigs.MaxConnections],
        MaxConnectionsPerIp = config[BrokerConfigs.MaxConnectionsPerIp],
        MaxIdleMs = config[BrokerConfigs.ConnectionsMaxIdleMs],
        MaxInFlightPerConnection = config[BrokerConfigs.ConnectionMaxInFlightRequests],
        MaxQueuedBytes = config[BrokerConfigs.QueuedMaxRequestBytes] is > 0 and var bytes
            ? bytes : new ConnectionLimits().MaxQueuedBytes,
    };
}
