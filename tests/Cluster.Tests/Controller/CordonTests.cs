using Platform.Cluster.Controller;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>Brokers that take no new partitions (KIP-1066), which is what draining begins with.</summary>
public sealed class CordonTests
{
    private readonly TestController _controller = new(brokers: 3);

    [Fact]
    public void A_broker_tells_with_its_heartbeat_which_directories_are_cordoned()
    {
        Cordon(2);
        Assert.False(_controller.Image.Cluster.Broker(2)!.TakesNewReplicas);

        Cordon(2, isCordoned: false);
        Assert.True(_controller.Image.Cluster.Broker(2)!.TakesNewReplicas);
    }

    [Fact]
    public void What_did_not_change_is_not_written_again()
    {
        Cordon(2);
        var offset = _controller.Image.Offset;

        Cordon(2);

        Assert.Equal(offset, _controller.Image.Offset);
    }

    [Fact]
    public void No_partition_is_placed_on_a_cordoned_broker()
    {
        Cordon(2);

        Assert.Equal(ErrorCode.None, Create("orders", partitions: 30, replicas: 2).ErrorCode);

        Assert.All(_controller.Image.Topics.Find("orders")!.Partitions,
            partition => Assert.DoesNotContain(2, partition.Replicas));
    }

    [Fact]
    public void Too_few_brokers_are_left_and_the_error_says_that_some_are_cordoned()
    {
        Cordon(2);

        var result = Create("orders", partitions: 1, replicas: 3);

        Assert.Equal(ErrorCode.InvalidReplicationFactor, result.ErrorCode);
        Assert.Contains("besides 1 that are cordoned", result.ErrorMessage);
    }

    [Fact]
    public void Nothing_is_placed_when_all_are_cordoned()
    {
        for (var broker = 1; broker <= 3; broker++)
            Cordon(broker);

        var result = Create("orders", partitions: 1, replicas: 1);

        Assert.Equal(ErrorCode.InvalidReplicationFactor, result.ErrorCode);
        Assert.Contains("every active broker is cordoned", result.ErrorMessage);
    }

    private void Cordon(int broker, bool isCordoned = true)
    {
        var heartbeat = _controller.Heartbeat(broker);
        heartbeat.CordonedLogDirs = isCordoned ? [new Uuid(6, broker)] : [];
        _controller.Run(context => BrokerHeartbeat.Handle(context, heartbeat));
    }

    private CreateTopicsResponse.CreatableTopicResult Create(string name, int partitions, short replicas) =>
        _controller.Run(context => CreateTopics.Handle(context, new()
        {
            Topics = [new() { Name = name, NumPartitions = partitions, ReplicationFactor = replicas }],
        })).Topics[0];
}
