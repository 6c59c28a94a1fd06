using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>A controller in memory: runs an operation on the newest image and replays what it returns.</summary>
internal sealed class TestController
{
    public const int SessionTimeoutMs = 9000;
    private long _nextId = 1;

    public TestController(int brokers = 0, string properties = "")
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
        for (var id = 1; id <= brokers; id++)
            AddBroker(id);
    }

    public BrokerConfig Config { get; }

    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    public BrokerHeartbeatTracker Heartbeats { get; } = new(SessionTimeoutMs);

    public long NowMs { get; set; } = 1_000_000;

    public ControllerContext Context => new()
    {
        Image = Image,
        Config = Config,
        ClusterId = "cluster",
        NextOffset = Image.Offset + 1,
        NowMs = NowMs,
        Heartbeats = Heartbeats,
        Placer = new StripedReplicaPlacer(new Random(42)),
        NewTopicId = () => new Uuid(1, _nextId++),
    };

    public T Run<T>(Func<ControllerContext, ControllerResult<T>> operation)
    {
        var result = operation(Context);
        Replay(result.Records);
        return result.Response;
    }

    public void Replay(IReadOnlyList<IMetadataRecord> records)
    {
        var delta = new MetadataDelta(Image);
        delta.Replay(records);
        Image = delta.Apply(Image.Offset + records.Count, epoch: 1);
    }

    public void AddBroker(int id, string? rack = null)
    {
        var epoch = Run(context => RegisterBroker.Handle(context, Registration(id, rack: rack))).BrokerEpoch;
        Run(context => BrokerHeartbeat.Handle(context, Heartbeat(id, epoch)));
    }

    public void CreateTopic(string name, params int[][] replicas)
    {
        var topic = new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = -1, ReplicationFactor = -1 };
        foreach (var (index, brokers) in replicas.Index())
            topic.Assignments.Add(new() { PartitionIndex = index, BrokerIds = [.. brokers] });
        var response = Run(context => CreateTopics.Handle(context, new() { Topics = [topic] }));
        Assert.Equal(ErrorCode.None, response.Topics[0].ErrorCode);
    }

    public PartitionRegistration Partition(string topic, int number) =>
        Image.Topics.Find(new TopicPartition(topic, number))!;

    public BrokerHeartbeatRequest Heartbeat(int id, long? epoch = null, bool wantShutDown = false) => new()
    {
        BrokerId = id,
        BrokerEpoch = epoch ?? Image.Cluster.Broker(id)!.Epoch,
        CurrentMetadataOffset = Image.Offset,
        WantShutDown = wantShutDown,
    };

    public static BrokerRegistrationRequest Registration(int id, int incarnation = 1, string? rack = null) => new()
    {
        BrokerId = id,
        ClusterId = "cluster",
        IncarnationId = new Uuid(5, incarnation),
        Rack = rack,
        LogDirs = [new Uuid(6, id)],
        Listeners = [new() { Name = "PLAINTEXT", Host = $"broker{id}", Port = 9092 }],
        Features = [.. SupportedFeatures.All.Select(feature => new BrokerRegistrationRequest.Feature
        {
            Name = feature.Key,
            MinSupportedVersion = feature.Value.Min,
            MaxSupportedVersion = feature.Value.Max,
        })],
    };
}
