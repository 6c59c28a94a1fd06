using Platform.Cluster.Controller;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

public sealed class BrokerLifecycleTests
{
    [Fact]
    public void A_broker_registers_fenced_in_the_epoch_of_its_record()
    {
        var controller = new TestController();

        var result = RegisterBroker.Handle(controller.Context, TestController.Registration(1));

        var record = Assert.IsType<RegisterBrokerRecord>(Assert.Single(result.Records));
        Assert.True(record.Fenced);
        Assert.Equal(controller.Image.Offset + 1, record.BrokerEpoch);
        Assert.Equal(record.BrokerEpoch, result.Response.BrokerEpoch);
    }

    [Fact]
    public void It_is_unfenced_once_it_has_read_its_own_registration()
    {
        var controller = new TestController();
        var epoch = controller.Run(context =>
            RegisterBroker.Handle(context, TestController.Registration(1))).BrokerEpoch;
        var behind = controller.Heartbeat(1);
        behind.CurrentMetadataOffset = epoch - 1;

        var early = controller.Run(context => BrokerHeartbeat.Handle(context, behind));
        var later = controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(1)));

        Assert.Equal((false, true), (early.IsCaughtUp, early.IsFenced));
        Assert.Equal((true, false), (later.IsCaughtUp, later.IsFenced));
        Assert.False(controller.Image.Cluster.Broker(1)!.Fenced);
    }

    [Fact]
    public void A_second_process_with_the_same_id_is_refused_while_the_first_lives()
    {
        var controller = new TestController(brokers: 1);
        var request = TestController.Registration(1, incarnation: 2);

        var whileAlive = controller.Run(context => RegisterBroker.Handle(context, request));
        controller.NowMs += TestController.SessionTimeoutMs;
        var afterwards = controller.Run(context => RegisterBroker.Handle(context, request));

        Assert.Equal(ErrorCode.DuplicateBrokerRegistration, whileAlive.ErrorCode);
        Assert.Equal(ErrorCode.None, afterwards.ErrorCode);
    }

    [Fact]
    public void A_broker_that_left_in_order_may_register_again_at_once()
    {
        var controller = new TestController(brokers: 2);
        controller.CreateTopic("orders", [1, 2]);
        BrokerHeartbeatResponse answer;
        do
        {
            answer = controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(1, wantShutDown: true)));
            controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(2)));
        }
        while (!answer.ShouldShutDown);

        var response = controller.Run(context =>
            RegisterBroker.Handle(context, TestController.Registration(1, incarnation: 2)));

        Assert.Equal(ErrorCode.None, response.ErrorCode);
    }

    [Fact]
    public void After_a_restart_of_the_controller_a_killed_broker_may_register_at_once()
    {
        var controller = new TestController(brokers: 1);
        controller.CreateTopic("orders", [1]);
        controller.Heartbeats.Activate(controller.Image.Cluster, controller.NowMs);

        var response = controller.Run(context =>
            RegisterBroker.Handle(context, TestController.Registration(1, incarnation: 2)));

        Assert.Equal(ErrorCode.None, response.ErrorCode);
        Assert.Equal(-1, controller.Partition("orders", 0).Leader);
        Assert.Equal([1], controller.Partition("orders", 0).LastKnownElr);
    }

    [Fact]
    public void The_same_process_keeps_its_epoch()
    {
        var controller = new TestController(brokers: 1);
        var before = controller.Image.Cluster.Broker(1)!;

        var response = controller.Run(context => RegisterBroker.Handle(context, TestController.Registration(1)));

        Assert.Equal(before.Epoch, response.BrokerEpoch);
        Assert.False(controller.Image.Cluster.Broker(1)!.Fenced);
    }

    [Fact]
    public void A_registration_that_does_not_fit_is_refused()
    {
        var controller = new TestController(brokers: 1);

        Refused(ErrorCode.InconsistentClusterId, request => request.ClusterId = "other");
        Refused(ErrorCode.InvalidRegistration, request => request.Listeners.Clear());
        Refused(ErrorCode.InvalidRegistration, request => request.LogDirs.Add(request.LogDirs[0]));
        Refused(ErrorCode.InvalidRegistration, request => request.LogDirs[0] = new Uuid(0, 2));
        Refused(ErrorCode.InvalidRegistration, request => request.LogDirs[0] = new Uuid(6, 1));
        Refused(ErrorCode.UnsupportedVersion, request => request.Features.Clear());

        void Refused(ErrorCode expected, Action<BrokerRegistrationRequest> change)
        {
            var request = TestController.Registration(2);
            change(request);
            Assert.Equal(expected, controller.Run(context => RegisterBroker.Handle(context, request)).ErrorCode);
        }
    }

    [Fact]
    public void Heartbeats_of_strangers_and_of_earlier_lives_are_refused()
    {
        var controller = new TestController(brokers: 1);

        var stranger = BrokerHeartbeat.Handle(controller.Context, controller.Heartbeat(9, epoch: 1));
        var earlier = BrokerHeartbeat.Handle(controller.Context, controller.Heartbeat(1, epoch: 0));

        Assert.Equal(ErrorCode.BrokerIdNotRegistered, stranger.Response.ErrorCode);
        Assert.Equal(ErrorCode.StaleBrokerEpoch, earlier.Response.ErrorCode);
    }

    [Fact]
    public void A_broker_that_fell_silent_is_fenced_and_its_partitions_get_other_leaders()
    {
        var controller = new TestController(brokers: 3);
        controller.CreateTopic("orders", [1, 2, 3]);
        controller.CreateTopic("single", [1]);
        controller.NowMs += TestController.SessionTimeoutMs;
        controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(2)));
        controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(3)));

        var fenced = controller.Run(FenceBroker.Expired);

        Assert.Equal([1], fenced);
        Assert.Equal((2, 1), (controller.Partition("orders", 0).Leader, controller.Partition("orders", 0).LeaderEpoch));
        Assert.Equal([2, 3], controller.Partition("orders", 0).Isr);
        Assert.Equal(-1, controller.Partition("single", 0).Leader);
        Assert.Equal([1], controller.Partition("single", 0).EligibleLeaderReplicas);
    }

    [Fact]
    public void A_broker_that_comes_back_leads_what_nobody_else_could()
    {
        var controller = new TestController(brokers: 2);
        controller.CreateTopic("orders", [1]);
        controller.NowMs += TestController.SessionTimeoutMs;
        controller.Run(FenceBroker.Expired);

        controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(1)));

        Assert.Equal((1, 2), (controller.Partition("orders", 0).Leader, controller.Partition("orders", 0).LeaderEpoch));
    }

    [Fact]
    public void Two_brokers_that_fall_silent_together_do_not_inherit_from_each_other()
    {
        var controller = new TestController(brokers: 3);
        controller.CreateTopic("orders", [1, 2, 3]);
        controller.NowMs += TestController.SessionTimeoutMs;
        controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(3)));

        controller.Run(FenceBroker.Expired);

        Assert.Equal(3, controller.Partition("orders", 0).Leader);
        Assert.Equal([3], controller.Partition("orders", 0).Isr);
    }

    [Fact]
    public void An_unclean_election_takes_any_live_replica_when_the_topic_allows_it()
    {
        var controller = new TestController(brokers: 2);
        controller.CreateTopic("orders", [1, 2]);
        controller.Replay([Metadata.Records.Config(2, "orders", "unclean.leader.election.enable", "true"),
            new PartitionChangeRecord { TopicId = controller.Image.Topics.Find("orders")!.Id, PartitionId = 0,
            Isr = [1] }]);
        controller.NowMs += TestController.SessionTimeoutMs;
        controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(2)));

        controller.Run(FenceBroker.Expired);

        Assert.Equal(2, controller.Partition("orders", 0).Leader);
        Assert.Equal([2], controller.Partition("orders", 0).Isr);
        Assert.Equal(Cluster.Metadata.LeaderRecoveryState.Recovering,
            controller.Partition("orders", 0).LeaderRecoveryState);
    }

    [Fact]
    public void A_broker_that_wants_to_go_hands_over_first_and_goes_when_others_know()
    {
        var controller = new TestController(brokers: 2);
        controller.CreateTopic("orders", [1, 2]);

        var first = controller.Run(context =>
            BrokerHeartbeat.Handle(context, controller.Heartbeat(1, wantShutDown: true)));
        var second = controller.Run(context =>
            BrokerHeartbeat.Handle(context, controller.Heartbeat(1, wantShutDown: true)));
        controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(2)));
        var third = controller.Run(context =>
            BrokerHeartbeat.Handle(context, controller.Heartbeat(1, wantShutDown: true)));

        Assert.Equal((false, false, true), (first.ShouldShutDown, second.ShouldShutDown, third.ShouldShutDown));
        Assert.Equal(2, controller.Partition("orders", 0).Leader);
        Assert.True(controller.Image.Cluster.Broker(1)!.Fenced);
    }

    [Fact]
    public void A_single_broker_may_go_although_nobody_takes_over()
    {
        var controller = new TestController(brokers: 1);
        controller.CreateTopic("orders", [1]);

        controller.Run(context => BrokerHeartbeat.Handle(context, controller.Heartbeat(1, wantShutDown: true)));
        var response = controller.Run(context =>
            BrokerHeartbeat.Handle(context, controller.Heartbeat(1, wantShutDown: true)));

        Assert.True(response.ShouldShutDown);
        Assert.Equal([1], controller.Partition("orders", 0).EligibleLeaderReplicas);
    }

    [Fact]
    public void An_unregistered_broker_is_gone()
    {
        var controller = new TestController(brokers: 2);
        controller.CreateTopic("orders", [1, 2]);

        var response = controller.Run(context => UnregisterBroker.Handle(context, new() { BrokerId = 1 }));
        var again = controller.Run(context => UnregisterBroker.Handle(context, new() { BrokerId = 1 }));

        Assert.Equal(ErrorCode.None, response.ErrorCode);
        Assert.Equal(ErrorCode.BrokerIdNotRegistered, again.ErrorCode);
        Assert.Equal(2, controller.Partition("orders", 0).Leader);
    }

    [Fact]
    public void Producer_ids_are_handed_out_in_blocks_that_nobody_else_gets()
    {
        var controller = new TestController(brokers: 1);
        var request = new AllocateProducerIdsRequest { BrokerId = 1,
            BrokerEpoch = controller.Image.Cluster.Broker(1)!.Epoch };

        var first = controller.Run(context => AllocateProducerIds.Handle(context, request));
        var second = controller.Run(context => AllocateProducerIds.Handle(context, request));
        var stale = controller.Run(context =>
            AllocateProducerIds.Handle(context, new() { BrokerId = 1, BrokerEpoch = 0 }));

        Assert.Equal((0, 1000), (first.ProducerIdStart, first.ProducerIdLen));
        Assert.Equal((1000, 1000), (second.ProducerIdStart, second.ProducerIdLen));
        Assert.Equal(ErrorCode.StaleBrokerEpoch, stale.ErrorCode);
    }
}
