using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Apis;

/// <summary>An active controller in memory, with broker 1 registered and in service.</summary>
internal sealed class ControllerInMemory : IControllerChannel
{
    private readonly BrokerHeartbeatTracker _heartbeats = new(sessionTimeoutMs: 9000);
    private long _nextId = 1;

    public ControllerInMemory(string properties = "")
    {
        Config = BrokerConfig.Parse($"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@localhost:9093
            controller.listener.names=CONTROLLER
            listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
            {properties}
            """);
        Replay(BootstrapMetadata.Records());
        AddBroker(1, fenced: false);
    }

    public BrokerConfig Config { get; }

    public MetadataCache Metadata { get; } = new("cluster", nodeId: 1);

    public MetadataImage Image => Metadata.Image;

    public async ValueTask<TResponse> SendAsync<TResponse>(IRequest<TResponse> request, RequestContext? client = null,
        CancellationToken cancellation = default)
        where TResponse : class, IResponse, new()
    {
        var result = ControllerOperations.Handle(new ControllerContext
        {
            Image = Image,
            Config = Config,
            ClusterId = "cluster",
            NextOffset = Image.Offset + 1,
            NowMs = 0,
            Heartbeats = _heartbeats,
            Placer = new StripedReplicaPlacer(new Random(1)),
            NewTopicId = () => new Uuid(1, _nextId++),
        }, request);
        Replay(result.Records);
        await Task.CompletedTask;
        return (TResponse)result.Response;
    }

    public void AddBroker(int id, bool fenced) => Replay([new RegisterBrokerRecord
    {
        BrokerId = id,
        BrokerEpoch = 1,
        Fenced = fenced,
        EndPoints =
        [
            new() { Name = "PLAINTEXT", Host = $"broker{id}", Port = 9092 },
            new() { Name = "INSIDE", Host = $"inside{id}", Port = 9094 },
        ],
    }]);

    public static RequestContext Context(short version, string listener = "PLAINTEXT") => new()
    {
        ApiKey = ApiKey.ApiVersions,
        ApiVersion = version,
        CorrelationId = 1,
        ClientId = "test",
        NowMs = 0,
        Connection = new ConnectionContext { Id = 1, ListenerName = listener, ClientHost = "localhost" },
    };

    private void Replay(IReadOnlyList<IMetadataRecord> records)
    {
        var delta = new MetadataDelta(Image);
        delta.Replay(records);
        Metadata.Image = delta.Apply(Image.Offset + records.Count, epoch: 1);
    }
}
