using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>Moves of partitions (KIP-455): begun, completed by the ISR, replaced, cancelled.</summary>
public sealed class ReassignmentTests
{
    private readonly TestController _controller = new(brokers: 5);

    public ReassignmentTests() => _controller.CreateTopic("orders", [1, 2, 3]);

    private PartitionRegistration Partition => _controller.Partition("orders", 0);

    [Fact]
    public void New_replicas_are_added_before_old_ones_go()
    {
        Assert.Equal(ErrorCode.None, Move(1, 2, 4));

        Assert.Equal([1, 2, 4, 3], Partition.Replicas);
        Assert.Equal([4], Partition.AddingReplicas);
        Assert.Equal([3], Partition.RemovingReplicas);
        Assert.Equal([1, 2, 3], Partition.Isr);
    }

    [Fact]
    public void A_move_is_done_when_the_new_replicas_are_in_sync()
    {
        Move(1, 2, 4);
        var epoch = Partition.LeaderEpoch;

        AlterIsr(1, 1, 2, 3, 4);

        Assert.Equal([1, 2, 4], Partition.Replicas);
        Assert.Equal([1, 2, 4], Partition.Isr);
        Assert.False(Partition.IsReassigning);
        Assert.Equal(epoch + 1, Partition.LeaderEpoch);
    }

    [Fact]
    public void A_leader_that_is_moved_away_hands_over_when_the_move_is_done()
    {
        Move(4, 5);
        AlterIsr(1, 1, 2, 3, 4);
        Assert.Equal(1, Partition.Leader);

        var answer = AlterIsr(1, 1, 2, 3, 4, 5);

        Assert.Equal(ErrorCode.NewLeaderElected, answer);
        Assert.Equal(4, Partition.Leader);
        Assert.Equal([4, 5], Partition.Replicas);
    }

    [Fact]
    public void Another_order_of_the_same_replicas_takes_effect_at_once()
    {
        Move(3, 2, 1);

        Assert.Equal([3, 2, 1], Partition.Replicas);
        Assert.False(Partition.IsReassigning);
        Assert.Equal(1, Partition.Leader);
    }

    [Fact]
    public void A_move_that_is_cancelled_leaves_the_replicas_as_they_were()
    {
        Move(1, 4, 5);
        AlterIsr(1, 1, 2, 3, 4);

        var answer = Move(null);

        Assert.Equal(ErrorCode.None, answer);
        Assert.Equal([1, 2, 3], Partition.Replicas.Order());
        Assert.Equal([1, 2, 3], Partition.Isr);
        Assert.False(Partition.IsReassigning);
    }

    [Fact]
    public void A_move_under_way_can_be_replaced_by_another()
    {
        Move(1, 2, 4);

        Move(1, 2, 5);

        Assert.Equal([1, 2, 5, 3, 4], Partition.Replicas);
        Assert.Equal([5], Partition.AddingReplicas);
        Assert.Equal([3, 4], Partition.RemovingReplicas);
    }

    [Fact]
    public void What_is_under_way_is_listed_and_what_is_done_is_not()
    {
        Assert.Empty(List().Topics);

        Move(1, 2, 4);

        var moving = Assert.Single(Assert.Single(List().Topics).Partitions);
        Assert.Equal([1, 2, 4, 3], moving.Replicas);
        Assert.Equal([4], moving.AddingReplicas);
        Assert.Equal([3], moving.RemovingReplicas);
    }

    [Fact]
    public void Nothing_can_be_cancelled_that_is_not_under_way() =>
        Assert.Equal(ErrorCode.NoReassignmentInProgress, Move(null));

    [Theory]
    [InlineData(new[] { 1, 9 })]
    [InlineData(new[] { 1, 1 })]
    [InlineData(new int[0])]
    public void Replicas_that_cannot_be_are_refused(int[] replicas) =>
        Assert.Equal(ErrorCode.InvalidReplicaAssignment, Move(replicas));

    [Fact]
    public void The_number_of_replicas_stays_when_the_request_says_so()
    {
        var answer = Move([1, 2], mayChangeFactor: false);

        Assert.Equal(ErrorCode.InvalidReplicationFactor, answer);
        Assert.Equal([1, 2, 3], Partition.Replicas);
    }

    private ErrorCode Move(params int[]? replicas) => Move(replicas, mayChangeFactor: true);

    private ErrorCode Move(int[]? replicas, bool mayChangeFactor)
    {
        var response = _controller.Run(context => AlterPartitionReassignments.Handle(context, new()
        {
            AllowReplicationFactorChange = mayChangeFactor,
            Topics = [new() { Name = "orders", Partitions = [new() { Replicas = replicas?.ToList() }] }],
        }));
        return response.Responses[0].Partitions[0].ErrorCode;
    }

    private ListPartitionReassignmentsResponse List() =>
        _controller.Run(context => ListPartitionReassignments.Handle(context, new() { Topics = null }));

    private ErrorCode AlterIsr(int leader, params int[] isr)
    {
        var partition = new AlterPartitionRequest.PartitionData
        {
            LeaderEpoch = Partition.LeaderEpoch,
            PartitionEpoch = Partition.PartitionEpoch,
            NewIsrWithEpochs = [.. isr.Select(id => new AlterPartitionRequest.BrokerState { BrokerId = id, BrokerEpoch = -1 })],
        };
        var topic = _controller.Image.Topics.Find("orders")!.Id;
        var response = _controller.Run(context => AlterPartition.Handle(context, new()
        {
            BrokerId = leader,
            BrokerEpoch = context.Image.Cluster.Broker(leader)!.Epoch,
            Topics = [new() { TopicId = topic, Partitions = [partition] }],
        }));
        return response.Topics[0].Partitions[0].ErrorCode;
    }
}
