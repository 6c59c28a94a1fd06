using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Simulation.Replication;

/// <summary>The real controller over an image in memory: what it decides is committed at once. Quorums have a simulation
/// of their own.</summary>
internal sealed class SimController
{
    public const int SessionTimeoutMs = 300;
    private readonly BrokerHeartbeatTracker _heartbeats = new(SessionTimeoutMs);
    private readonly BrokerConfig _config = BrokerConfig.Parse("""
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@localhost:9093
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
        """);

    private long _nowMs;

    public SimController() => Commit(BootstrapMetadata.Records());

    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    public PartitionRegistration? Partition => Image.Topics.Find(SimPartition.Name);

    public TResponse Handle<TResponse>(IRequest<TResponse> request)
        where TResponse : class, IResponse, new()
    {
        var result = ControllerOperations.Handle(Context(), request);
        Commit(result.Records);
        return (TResponse)result.Response;
    }

    public void Tick(long nowMs)
    {
        _nowMs = nowMs;
        Commit(FenceBroker.Expired(Context()).Records);
    }

    public void RebalanceLeaders() => Commit(ElectLeaders.Rebalance(Context(), limit: 10).Records);

    private ControllerContext Context() => new()
    {
        Image = Image,
        Config = _config,
        ClusterId = SimPartition.ClusterId,
        NextOffset = Image.Offset + 1,
        NowMs = _nowMs,
        Heartbeats = _heartbeats,
        Placer = new StripedReplicaPlacer(new Random(1)),
        NewTopicId = () => new Uuid(1, 1),
    };

    private void Commit(IReadOnlyList<IMetadataRecord> records)
    {
        if (records.Count == 0)
            return;
        var delta = new MetadataDelta(Image);
        delta.Replay(records);
        Image = delta.Apply(Image.Offset + records.Count, epoch: 1);
    }
}
