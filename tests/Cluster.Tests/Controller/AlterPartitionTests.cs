using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Asked = Platform.Protocol.Messages.AlterPartitionRequest.PartitionData;

namespace Platform.Cluster.Tests.Controller;

public sealed class AlterPartitionTests
{
    private readonly TestController _controller = new(brokers: 3);

    public AlterPartitionTests() => _controller.CreateTopic("orders", [1, 2, 3]);

    [Fact]
    public void A_leader_takes_a_slow_follower_out_and_in_again()
    {
        var shrunk = Alter(Isr(1, 2));
        var grown = Alter(Isr(1, 2, 3));

        Assert.Equal([1, 2], shrunk.Isr);
        Assert.Equal([1, 2, 3], grown.Isr);
        Assert.Equal((1, 2), (shrunk.PartitionEpoch, grown.PartitionEpoch));
        Assert.Equal((1, 0),
            (_controller.Partition("orders", 0).Leader, _controller.Partition("orders", 0).LeaderEpoch));
    }

    [Fact]
    public void Proposals_are_checked()
    {
        var stale = Isr(1, 2);
        Alter(Isr(1, 3));

        Refused(ErrorCode.InvalidUpdateVersion, stale);
        Refused(ErrorCode.NotController, Isr(1, 2), asked => asked.PartitionEpoch = 99);
        Refused(ErrorCode.NotController, Isr(1, 2), asked => asked.LeaderEpoch = 99);
        Refused(ErrorCode.FencedLeaderEpoch, Isr(1, 2), asked => asked.LeaderEpoch = -1);
        Refused(ErrorCode.InvalidRequest, Isr());
        Refused(ErrorCode.InvalidRequest, Isr(2, 3));
        Refused(ErrorCode.InvalidRequest, Isr(1, 1));
        Refused(ErrorCode.InvalidRequest, Isr(1, 9));
        Refused(ErrorCode.InvalidRequest, Isr(1), asked => asked.LeaderRecoveryState = 1);
        Refused(ErrorCode.IneligibleReplica, Isr(1, 2), asked => asked.NewIsrWithEpochs[1].BrokerEpoch++);
        Refused(ErrorCode.InvalidRequest, Isr(1, 2), leader: 2);
        Refused(ErrorCode.UnknownTopicOrPartition, Isr(1), asked => asked.PartitionIndex = 7);
    }

    [Fact]
    public void A_fenced_broker_cannot_join()
    {
        Alter(Isr(1, 2));
        var registration = _controller.Image.Cluster.Broker(3)!;
        _controller.Replay([new BrokerRegistrationChangeRecord { BrokerId = 3, BrokerEpoch = registration.Epoch,
            Fenced = 1 }]);

        Refused(ErrorCode.IneligibleReplica, Isr(1, 2, 3));
    }

    [Fact]
    public void Preferred_leaders_get_their_partitions_back()
    {
        var topic = _controller.Image.Topics.Find("orders")!.Id;
        _controller.Replay([new PartitionChangeRecord { TopicId = topic, PartitionId = 0, Leader = 2 }]);

        var none = _controller.Run(context => ElectLeaders.Rebalance(context, limit: 0));
        var some = _controller.Run(context => ElectLeaders.Rebalance(context, limit: 10));
        var again = _controller.Run(context => ElectLeaders.Rebalance(context, limit: 10));

        Assert.Equal((0, 1, 0), (none, some, again));
        Assert.Equal(1, _controller.Partition("orders", 0).Leader);
    }

    [Fact]
    public void An_election_by_hand_tells_what_it_did()
    {
        var topic = _controller.Image.Topics.Find("orders")!.Id;
        _controller.CreateTopic("payments", [2, 3]);
        _controller.Replay([new PartitionChangeRecord { TopicId = topic, PartitionId = 0, Leader = 2, Isr = [2, 3] }]);

        Assert.Equal(ErrorCode.PreferredLeaderNotAvailable, Elect(0, "orders", 0));
        Assert.Equal(ErrorCode.ElectionNotNeeded, Elect(0, "payments", 0));
        Assert.Equal(ErrorCode.ElectionNotNeeded, Elect(1, "orders", 0));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Elect(0, "orders", 5));
        _controller.Replay([new PartitionChangeRecord { TopicId = topic, PartitionId = 0, Isr = [2, 1] }]);
        Assert.Equal(ErrorCode.None, Elect(0, "orders", 0));
        Assert.Empty(ElectLeaders.Handle(_controller.Context,
            new() { TopicPartitions = null }).Response.ReplicaElectionResults);
    }

    private ErrorCode Elect(sbyte type, string topic, int partition) =>
        _controller.Run(context => ElectLeaders.Handle(context, new()
    {
        ElectionType = type,
        TopicPartitions = [new() { Topic = topic, Partitions = [partition] }],
    })).ReplicaElectionResults.Single().PartitionResult.Single().ErrorCode;

    private Asked Isr(params int[] brokers)
    {
        var partition = _controller.Partition("orders", 0);
        return new Asked
        {
            LeaderEpoch = partition.LeaderEpoch,
            PartitionEpoch = partition.PartitionEpoch,
            NewIsrWithEpochs = [.. brokers.Select(broker => new AlterPartitionRequest.BrokerState
            {
                BrokerId = broker,
                BrokerEpoch = _controller.Image.Cluster.Broker(broker)?.Epoch ?? -1,
            })],
        };
    }

    private void Refused(ErrorCode expected, Asked asked, Action<Asked>? change = null, int leader = 1)
    {
        change?.Invoke(asked);
        Assert.Equal(expected, Alter(asked, leader).ErrorCode);
    }

    private AlterPartitionResponse.PartitionData Alter(Asked asked, int leader = 1) =>
        _controller.Run(context => AlterPartition.Handle(context, new()
    {
        BrokerId = leader,
        BrokerEpoch = _controller.Image.Cluster.Broker(leader)!.Epoch,
        Topics = [new() { TopicId = _controller.Image.Topics.Find("orders")!.Id, Partitions = [asked] }],
    })).Topics.Single().Partitions.Single();
}
