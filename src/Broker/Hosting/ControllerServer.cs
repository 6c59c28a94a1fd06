using Microsoft.Extensions.Logging;
using Platform.Broker.Lifecycle;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Quorum;
using Platform.Cluster.Configuration;

namespace Platform.Broker.Hosting;

/// <summary>The role of a controller: its listeners, which voters, observers and brokers connect to.</summary>
internal sealed class ControllerServer : IAsyncDisposable
{
    private readonly NodeParts _node;
    private readonly SocketServer _server;
    private readonly ControllerMetrics _metrics;
    private readonly ControllerChannel _active;
    private readonly ControllerRegistrar _registrar;
    private List<BoundListener> _listeners = [];

    /// <summary>A controller that does not listen yet.</summary>
    public ControllerServer(NodeParts node)
    {
        _node = node;
        var handlers = ControllerHandlers.Create(node, new LocalControllerChannel(node.Quorum));
        _server = new SocketServer(new RequestDispatcher(handlers, node.Options.Time),
            ListenerSetup.Limits(node.Config), node.Options.Time,
            node.Options.LoggerFactory.CreateLogger<ControllerServer>());
        _metrics = new ControllerMetrics(node.NodeId, node.Quorum);
        _active = QuorumSetup.Channel(node);
        _registrar = new ControllerRegistrar(
            _active, node.Options.Time, node.Options.LoggerFactory.CreateLogger<ControllerRegistrar>());
    }

    /// <summary>Where this controller is found.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>Takes the ports, and tells those of this process which they are.</summary>
    public void Bind()
    {
        _listeners = ListenerSetup.Bind(_server, _node.Config.Node.Listeners.Controller, isController: true);
        EndPoints = [.. _listeners.Select(listener => ListenerSetup.Advertised(listener, _node.Config))];
        _node.Options.BoundControllers?.Set(_node.NodeId, new HostAndPort(EndPoints[0].Host, EndPoints[0].Port));
    }

    /// <summary>Starts to accept.</summary>
    public void Start()
    {
        _listeners.ForEach(_server.Accept);
        _registrar.Start(_node.NodeId, EndPoints);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _registrar.DisposeAsync();
        _active.Dispose();
        await _server.DisposeAsync();
        _metrics.Dispose();
    }
}
