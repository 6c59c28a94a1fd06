using Platform.Broker.Apis.Groups;
using Platform.Broker.Coordination;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Broker.Tests.Apis.ControllerInMemory;
using static Platform.Broker.Tests.Apis.Groups.GroupHandlersFixture;

namespace Platform.Broker.Tests.Apis.Groups;

public sealed class FindCoordinatorHandlerTests
{
    private readonly GroupHandlersFixture _fixture = new();

    [Fact]
    public async Task The_first_question_creates_the_offsets_topic()
    {
        await FindAsync("g");

        var topic = _fixture.Controller.Image.Topics.Find("__consumer_offsets");
        var configs = _fixture.Controller.Image.Configurations.OfTopic("__consumer_offsets");
        Assert.Equal(50, topic!.Partitions.Count);
        Assert.Single(topic.Partitions[0].Replicas);
        Assert.Equal("compact", configs["cleanup.policy"]);
        Assert.Equal("104857600", configs["segment.bytes"]);
    }

    [Fact]
    public async Task The_coordinator_is_the_leader_of_the_groups_partition_at_the_listener_of_the_client()
    {
        var plain = await FindAsync("g");
        var inside = await FindAsync("g", "INSIDE");

        Assert.Equal((ErrorCode.None, 1, "broker1", 9092), (plain.ErrorCode, plain.NodeId, plain.Host, plain.Port));
        Assert.Equal(("g", null), (plain.Key, plain.ErrorMessage));
        Assert.Equal(("inside1", 9094), (inside.Host, inside.Port));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Before_version_4_there_is_one_key_and_one_answer(short version)
    {
        var request = new FindCoordinatorRequest { Key = "g" };

        var response = OverTheWire(await Handler().HandleAsync(request, Context(version)), version);

        Assert.Equal((ErrorCode.None, 1, "broker1"), (response.ErrorCode, response.NodeId, response.Host));
    }

    [Fact]
    public async Task A_listener_that_no_broker_has_leads_to_no_coordinator()
    {
        var answer = await FindAsync("g", "OUTSIDE");

        Assert.Equal((ErrorCode.CoordinatorNotAvailable, -1), (answer.ErrorCode, answer.NodeId));
    }

    [Fact]
    public async Task A_group_without_a_name_and_an_unknown_type_are_refused()
    {
        var nameless = await FindAsync("");
        var transaction = await FindAsync("", keyType: 1);
        var share = await FindAsync("t", keyType: 2);

        Assert.Equal(ErrorCode.InvalidGroupId, nameless.ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, transaction.ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, share.ErrorCode);
        Assert.NotNull(share.ErrorMessage);
    }

    [Fact]
    public async Task A_transactional_id_is_coordinated_by_the_leader_of_its_partition()
    {
        var found = await FindAsync("t", keyType: 1);

        Assert.Equal((ErrorCode.None, 1), (found.ErrorCode, found.NodeId));
        Assert.NotNull(_fixture.Controller.Image.Topics.Find("__transaction_state"));
    }

    [Fact]
    public async Task While_the_topic_cannot_be_created_clients_are_asked_to_retry()
    {
        var topics = new InternalTopicCreation(
            BrokerConfig.Default,
            () => _fixture.Controller.Image,
            _ => throw new Platform.Client.KafkaException(ErrorCode.NotController));
        var handler = new FindCoordinatorHandler(_fixture.Groups, _ => 0, topics, () => _fixture.Controller.Image);
        var request = new FindCoordinatorRequest { CoordinatorKeys = ["g"] };

        var response = await handler.HandleAsync(request, Context(4));

        Assert.Equal(ErrorCode.CoordinatorNotAvailable, Assert.Single(response!.Coordinators).ErrorCode);
    }

    [Fact]
    public async Task A_replication_factor_that_was_set_is_kept()
    {
        CreateTopicsRequest.CreatableTopic? asked = null;
        var config = BrokerConfig.Default.WithDynamic(
            BrokerConfig.Default.ClusterDefaults,
            BrokerConfig.Default.PerBroker.Add("offsets.topic.replication.factor", "2"));
        var topics = new InternalTopicCreation(config, () => _fixture.Controller.Image, topic =>
        {
            asked = topic;
            return ValueTask.FromResult(ErrorCode.InvalidReplicationFactor);
        });

        Assert.Equal(ErrorCode.InvalidReplicationFactor, await topics.EnsureCreatedAsync("__consumer_offsets"));
        Assert.Equal(2, asked!.ReplicationFactor);
    }

    [Fact]
    public async Task Many_questions_at_once_create_the_topic_once()
    {
        var creations = 0;
        var created = new TaskCompletionSource<ErrorCode>();
        var topics = new InternalTopicCreation(BrokerConfig.Default, () => _fixture.Controller.Image, _ =>
        {
            creations++;
            return new ValueTask<ErrorCode>(created.Task);
        });

        var first = topics.EnsureCreatedAsync("__consumer_offsets").AsTask();
        var second = topics.EnsureCreatedAsync("__consumer_offsets").AsTask();
        created.SetResult(ErrorCode.None);
        await Task.WhenAll(first, second);

        Assert.Equal(1, creations);
    }

    [Fact]
    public void A_failure_has_the_form_of_the_request()
    {
        const ErrorCode error = ErrorCode.RequestTimedOut;
        var batch = Handler().Fail(new FindCoordinatorRequest { CoordinatorKeys = ["g"] }, error, "");
        var single = Handler().Fail(new FindCoordinatorRequest { Key = "g" }, error, "");

        Assert.Equal(error, OverTheWire(batch, 4).Coordinators[0].ErrorCode);
        Assert.Equal(error, OverTheWire(single, 3).ErrorCode);
    }

    private FindCoordinatorHandler Handler() =>
        new(_fixture.Groups, _ => 0, _fixture.InternalTopics(), () => _fixture.Controller.Image);

    private async Task<FindCoordinatorResponse.Coordinator> FindAsync(
        string key, string listener = "PLAINTEXT", sbyte keyType = 0)
    {
        var request = new FindCoordinatorRequest { CoordinatorKeys = [key], KeyType = keyType };
        var response = OverTheWire(await Handler().HandleAsync(request, Context(6, listener)), 6);
        return Assert.Single(response.Coordinators);
    }
}
