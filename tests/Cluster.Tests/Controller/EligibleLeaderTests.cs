using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>Eligible leader replicas (KIP-966): below min.insync.replicas nobody commits, so whoever leaves the ISR then
/// still has everything that was committed, and may lead without loss.</summary>
public sealed class EligibleLeaderTests
{
    private readonly TestController _controller = new(brokers: 4);

    public EligibleLeaderTests()
    {
        _controller.CreateTopic("orders", [1, 2, 3]);
        Assert.Equal(ErrorCode.None, SetTopic("min.insync.replicas", "2"));
    }

    private PartitionRegistration Partition => _controller.Partition("orders", 0);

    [Fact]
    public void Who_leaves_while_enough_are_in_sync_is_not_eligible()
    {
        Fence(3);

        Assert.Equal([1, 2], Partition.Isr);
        Assert.Empty(Partition.EligibleLeaderReplicas);
    }

    [Fact]
    public void Who_leaves_below_the_minimum_stays_eligible_and_the_isr_may_be_empty()
    {
        Fence(3);
        Fence(2);
        Assert.Equal("in sync [1], eligible [2]", Sets());

        Fence(1);

        Assert.Equal("in sync [], eligible [1,2]", Sets());
        Assert.Equal(PartitionRegistration.NoLeader, Partition.Leader);
        Assert.Equal([1], Partition.LastKnownElr);
    }

    [Fact]
    public void An_eligible_replica_is_elected_cleanly_when_it_comes_back()
    {
        Fence(3);
        Fence(2);
        Fence(1);

        Return(2);

        Assert.Equal((2, LeaderRecoveryState.Recovered), (Partition.Leader, Partition.LeaderRecoveryState));
        Assert.Equal("in sync [2], eligible [1]", Sets());
        Assert.Empty(Partition.LastKnownElr);
    }

    [Fact]
    public void A_replica_that_is_not_eligible_does_not_lead_when_it_comes_back_first()
    {
        Fence(3);
        Fence(2);
        Fence(1);

        Return(3);

        Assert.Equal(PartitionRegistration.NoLeader, Partition.Leader);
        Assert.Equal("in sync [], eligible [1,2]", Sets());
    }

    [Fact]
    public void Nobody_needs_to_be_eligible_when_enough_are_in_sync_again()
    {
        Fence(3);
        Fence(2);
        Return(2);

        AlterIsr(1, 1, 2);

        Assert.Equal("in sync [1,2], eligible []", Sets());
    }

    [Fact]
    public void A_process_that_ended_without_closing_its_logs_is_not_eligible_any_more()
    {
        Fence(3);
        Fence(2);
        Fence(1);

        Register(2, incarnation: 2, isClean: false);
        Assert.Equal("in sync [], eligible [1]", Sets());
        Register(1, incarnation: 2, isClean: true);
        Assert.Equal("in sync [], eligible [1]", Sets());
    }

    [Fact]
    public void The_last_known_leader_leads_when_nobody_is_eligible_and_must_recover()
    {
        Fence(3);
        Fence(2);
        Fence(1);
        Register(1, incarnation: 2, isClean: false);
        Register(2, incarnation: 2, isClean: false);
        Assert.Equal("in sync [], eligible []", Sets());

        Unfence(2);
        Assert.Equal(PartitionRegistration.NoLeader, Partition.Leader);
        Unfence(1);

        Assert.Equal((1, LeaderRecoveryState.Recovering), (Partition.Leader, Partition.LeaderRecoveryState));
        Assert.Equal([1], Partition.Isr);
        Assert.Empty(Partition.LastKnownElr);
    }

    [Fact]
    public void An_unclean_election_takes_an_eligible_replica_before_any_other()
    {
        Fence(3);
        Fence(2);
        Fence(1);
        SetTopic("unclean.leader.election.enable", "true");

        Return(2);

        Assert.Equal((2, LeaderRecoveryState.Recovered), (Partition.Leader, Partition.LeaderRecoveryState));
    }

    [Theory]
    [InlineData("3")]
    [InlineData(null)]
    public void Another_minimum_makes_everybody_forget_who_was_eligible(string? value)
    {
        Fence(3);
        Fence(2);

        SetTopic("min.insync.replicas", value);

        Assert.Equal("in sync [1], eligible []", Sets());
    }

    [Fact]
    public void The_minimum_is_not_set_for_one_broker_nor_taken_from_the_cluster()
    {
        Assert.Equal(ErrorCode.InvalidConfig, Set(ConfigResource.Broker(1), "min.insync.replicas", "2"));
        Assert.Equal(ErrorCode.InvalidConfig, Set(ConfigResource.ClusterDefault, "min.insync.replicas", null));
        Assert.Equal(ErrorCode.None, Set(ConfigResource.ClusterDefault, "min.insync.replicas", "2"));
    }

    [Fact]
    public void Without_the_feature_the_last_member_of_the_isr_stays_in_it()
    {
        Feature(0);
        Fence(3);
        Fence(2);
        Fence(1);

        Assert.Equal("in sync [1], eligible []", Sets());
    }

    [Fact]
    public void Turning_the_feature_on_stores_the_minimum_for_the_cluster_and_for_no_broker()
    {
        Feature(0);
        Set(ConfigResource.ClusterDefault, "min.insync.replicas", null);
        Set(ConfigResource.Broker(1), "min.insync.replicas", "2");

        Feature(1);

        var stored = _controller.Image.Configurations;
        Assert.Equal("1", stored.Of(ConfigResource.ClusterDefault)["min.insync.replicas"]);
        Assert.Empty(stored.Of(ConfigResource.Broker(1)));
    }

    private string Sets() => $"in sync [{string.Join(',', Partition.Isr.Order())}], "
        + $"eligible [{string.Join(',', Partition.EligibleLeaderReplicas.Order())}]";

    private void Fence(int broker)
    {
        var now = _controller.NowMs;
        foreach (var other in _controller.Image.Cluster.Brokers.Values.Where(other => !other.Fenced && other.Id != broker))
            _controller.Heartbeats.Touch(other.Id, _controller.Image.Offset, now + TestController.SessionTimeoutMs);
        _controller.NowMs = now + TestController.SessionTimeoutMs;
        Assert.Contains(broker, _controller.Run(FenceBroker.Expired));
    }

    private void Return(int broker)
    {
        Register(broker, incarnation: 9, isClean: true);
        Unfence(broker);
    }

    private void Register(int broker, int incarnation, bool isClean)
    {
        var registration = TestController.Registration(broker, incarnation);
        registration.PreviousBrokerEpoch = isClean ? _controller.Image.Cluster.Broker(broker)!.Epoch : -1;
        var response = _controller.Run(context => RegisterBroker.Handle(context, registration));
        Assert.Equal(ErrorCode.None, response.ErrorCode);
    }

    private void Unfence(int broker) =>
        _controller.Run(context => BrokerHeartbeat.Handle(context, _controller.Heartbeat(broker)));

    private void Feature(short level) => Assert.Equal(ErrorCode.None, _controller.Run(context =>
        UpdateFeatures.Handle(context, new()
        {
            FeatureUpdates =
                [new() { Feature = EligibleLeaderReplicasVersion.FeatureName, MaxVersionLevel = level, UpgradeType = 2 }],
        })).ErrorCode);

    private ErrorCode SetTopic(string name, string? value) => Set(ConfigResource.Topic("orders"), name, value);

    private ErrorCode Set(ConfigResource resource, string name, string? value) => _controller.Run(context =>
        IncrementalAlterConfigs.Handle(context, new()
        {
            Resources =
            [
                new()
                {
                    ResourceType = (sbyte)resource.Type, ResourceName = resource.Name,
                    Configs = [new() { Name = name, ConfigOperation = value is null ? (sbyte)1 : (sbyte)0, Value = value }],
                },
            ],
        })).Responses[0].ErrorCode;

    private void AlterIsr(int leader, params int[] isr) => _controller.Run(context => AlterPartition.Handle(context, new()
    {
        BrokerId = leader,
        BrokerEpoch = _controller.Image.Cluster.Broker(leader)!.Epoch,
        Topics =
        [
            new()
            {
                TopicId = _controller.Image.Topics.Find("orders")!.Id,
                Partitions =
                [
                    new()
                    {
                        LeaderEpoch = Partition.LeaderEpoch,
                        PartitionEpoch = Partition.PartitionEpoch,
                        NewIsrWithEpochs = [.. isr.Select(id => new AlterPartitionRequest.BrokerState
                        {
                            BrokerId = id, BrokerEpoch = _controller.Image.Cluster.Broker(id)!.Epoch,
                        })],
                    },
                ],
            },
        ],
    }));
}
