using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>Brokers with several log directories (KIP-858): what a controller knows of them, and what it does when one
/// fails.</summary>
public sealed class LogDirectoryTests
{
    private readonly TestController _controller = new();

    public LogDirectoryTests()
    {
        for (var id = 1; id <= 3; id++)
            Add(id, First(id), Second(id));
    }

    [Fact]
    public void A_replica_has_no_directory_before_its_broker_has_told_unless_there_is_only_one()
    {
        Add(4, First(4));
        _controller.CreateTopic("t", [1, 4]);

        Assert.Equal([DirectoryId.Unassigned, First(4)], _controller.Partition("t", 0).Directories);

        Assert.Equal(ErrorCode.None, Assign(1, Second(1), "t", 0));
        Assert.Equal([Second(1), First(4)], _controller.Partition("t", 0).Directories);
    }

    [Fact]
    public void What_is_known_already_is_not_written_again()
    {
        _controller.CreateTopic("t", [1, 2]);
        Assign(1, Second(1), "t", 0);
        var offset = _controller.Image.Offset;

        Assert.Equal(ErrorCode.None, Assign(1, Second(1), "t", 0));

        Assert.Equal(offset, _controller.Image.Offset);
    }

    [Fact]
    public void A_directory_that_fails_loses_the_lead_and_the_isr_of_what_it_holds_and_of_nothing_else()
    {
        _controller.CreateTopic("t", [1, 2], [1, 2], [2, 1]);
        foreach (var (partition, directory) in new[] { First(1), Second(1), First(1) }.Index())
            Assign(1, directory, "t", partition);

        Beat(1, offline: First(1));

        Assert.Equal((2, "2"), State("t", 0));
        Assert.Equal((1, "1 2"), State("t", 1));
        Assert.Equal((2, "2"), State("t", 2));
        Assert.Equal([Second(1)], _controller.Image.Cluster.Broker(1)!.LogDirs);
        Assert.False(_controller.Image.Cluster.Broker(1)!.Fenced);
    }

    [Fact]
    public void The_same_heartbeat_again_changes_nothing()
    {
        _controller.CreateTopic("t", [1, 2]);
        Assign(1, First(1), "t", 0);
        Beat(1, offline: First(1));
        var offset = _controller.Image.Offset;

        Beat(1, offline: First(1));

        Assert.Equal(offset, _controller.Image.Offset);
    }

    [Fact]
    public void The_last_replica_stays_known_but_leads_no_more_until_its_directory_is_back()
    {
        _controller.CreateTopic("t", [1]);
        Assign(1, First(1), "t", 0);

        Beat(1, offline: First(1));
        var without = State("t", 0);
        Add(1, incarnation: 2, First(1), Second(1));

        Assert.Equal(PartitionRegistration.NoLeader, without.Leader);
        Assert.Equal(1, State("t", 0).Leader);
    }

    [Fact]
    public void A_broker_that_comes_back_without_the_directory_does_not_lead_what_lies_there()
    {
        _controller.CreateTopic("t", [1], [1]);
        Assign(1, First(1), "t", 0);
        Assign(1, Second(1), "t", 1);

        Add(1, incarnation: 2, Second(1));

        Assert.Equal(PartitionRegistration.NoLeader, State("t", 0).Leader);
        Assert.Equal(1, State("t", 1).Leader);
    }

    [Fact]
    public void A_replica_in_a_failed_directory_is_neither_taken_into_the_isr_nor_elected()
    {
        _controller.CreateTopic("t", [1, 2]);
        Assign(1, First(1), "t", 0);
        Beat(1, offline: First(1));
        var partition = _controller.Partition("t", 0);

        var altered = _controller.Run(context => AlterPartition.Handle(context, new()
        {
            BrokerId = 2,
            BrokerEpoch = _controller.Image.Cluster.Broker(2)!.Epoch,
            Topics = [new()
            {
                TopicId = TopicId("t"),
                Partitions = [new()
                {
                    LeaderEpoch = partition.LeaderEpoch,
                    PartitionEpoch = partition.PartitionEpoch,
                    NewIsrWithEpochs = [new() { BrokerId = 2 }, new() { BrokerId = 1 }],
                }],
            }],
        }));
        var elected = _controller.Run(context => ElectLeaders.Handle(context, new()
        {
            TopicPartitions = [new() { Topic = "t", Partitions = [0] }],
        }));

        Assert.Equal(ErrorCode.IneligibleReplica, altered.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(ErrorCode.PreferredLeaderNotAvailable, elected.ReplicaElectionResults[0].PartitionResult[0].ErrorCode);
    }

    [Fact]
    public void A_directory_that_failed_before_the_controller_knew_what_lay_there_is_found_out_with_the_assignment()
    {
        _controller.CreateTopic("t", [1, 2]);
        Beat(1, offline: First(1));
        Assert.Equal((1, "1 2"), State("t", 0));

        Assign(1, First(1), "t", 0);

        Assert.Equal((2, "2"), State("t", 0));
        Assert.Equal(First(1), _controller.Partition("t", 0).Directories[0]);
    }

    [Fact]
    public void A_replica_that_lies_in_another_directory_now_can_lead_again()
    {
        _controller.CreateTopic("t", [1]);
        Assign(1, First(1), "t", 0);
        Add(1, incarnation: 2, Second(1));

        Assign(1, Second(1), "t", 0);

        Assert.Equal(1, State("t", 0).Leader);
    }

    [Fact]
    public void Every_error_belongs_to_one_partition()
    {
        _controller.CreateTopic("t", [1, 2]);

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Assign(1, First(1), "t", 7));
        Assert.Equal(ErrorCode.NotLeaderOrFollower, Assign(3, First(3), "t", 0));
        Assert.Equal(ErrorCode.UnknownTopicId, Ask(1, First(1), new Uuid(99, 99), 0).Directories[0].Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(ErrorCode.StaleBrokerEpoch, _controller.Run(context => AssignReplicasToDirs.Handle(
            context, new() { BrokerId = 1, BrokerEpoch = 0 })).ErrorCode);
    }

    [Fact]
    public void Replicas_that_a_reassignment_adds_have_no_directory_of_others()
    {
        _controller.CreateTopic("t", [1, 2]);
        Assign(1, First(1), "t", 0);
        Assign(2, Second(2), "t", 0);

        _controller.Run(context => AlterPartitionReassignments.Handle(context, new()
        {
            Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Replicas = [3, 2] }] }],
        }));

        var partition = _controller.Partition("t", 0);
        Assert.Equal([3, 2, 1], partition.Replicas);
        Assert.Equal([DirectoryId.Unassigned, Second(2), First(1)], partition.Directories);
    }

    private static Uuid First(int broker) => new(6, broker);

    private static Uuid Second(int broker) => new(7, broker);

    private void Add(int id, params Uuid[] directories) => Add(id, incarnation: 1, directories);

    private void Add(int id, int incarnation, params Uuid[] directories)
    {
        // What was there before has gone without a word for so long that nobody waits for it.
        _controller.NowMs += TestController.SessionTimeoutMs + 1;
        foreach (var other in _controller.Image.Cluster.Brokers.Keys.Where(other => other != id))
            Beat(other);
        var registration = TestController.Registration(id, incarnation);
        registration.LogDirs = [.. directories];
        registration.PreviousBrokerEpoch = _controller.Image.Cluster.Broker(id)?.Epoch ?? -1;
        var registered = _controller.Run(context => RegisterBroker.Handle(context, registration));
        Assert.Equal(ErrorCode.None, registered.ErrorCode);
        Beat(id);
    }

    private void Beat(int broker, params List<Uuid> offline)
    {
        var heartbeat = _controller.Heartbeat(broker);
        heartbeat.OfflineLogDirs = offline;
        Assert.Equal(ErrorCode.None, _controller.Run(context => BrokerHeartbeat.Handle(context, heartbeat)).ErrorCode);
    }

    private ErrorCode Assign(int broker, Uuid directory, string topic, int partition) =>
        Ask(broker, directory, TopicId(topic), partition).Directories[0].Topics[0].Partitions[0].ErrorCode;

    private AssignReplicasToDirsResponse Ask(int broker, Uuid directory, Uuid topicId, int partition) =>
        _controller.Run(context => AssignReplicasToDirs.Handle(context, new()
        {
            BrokerId = broker,
            BrokerEpoch = _controller.Image.Cluster.Broker(broker)!.Epoch,
            Directories = [new()
            {
                Id = directory,
                Topics = [new() { TopicId = topicId, Partitions = [new() { PartitionIndex = partition }] }],
            }],
        }));

    private Uuid TopicId(string topic) => _controller.Image.Topics.Find(topic)!.Id;

    private (int Leader, string Isr) State(string topic, int partition) => _controller.Partition(topic, partition) is var now
        ? (now.Leader, string.Join(' ', now.Isr.Order())) : default;
}
