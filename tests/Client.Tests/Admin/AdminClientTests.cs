using Platform.Client.Admin;
using Platform.Client.Tests.Fakes;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Tests.Admin;

/// <summary>The admin client against scripted brokers.</summary>
public sealed class AdminClientTests
{
    private static AdminClient Client(FakeCluster cluster) => new(new ClientOptions
    {
        BootstrapServers = cluster.BootstrapServers, RetryBackoffMs = 1, RetryBackoffMaxMs = 5,
    });

    private static void Answer<TRequest>(FakeCluster cluster, Func<FakeExchange, IResponse> answer)
        where TRequest : IRequest =>
        cluster.Interfere(exchange => exchange.Request is TRequest ? new Reaction.Respond(answer(exchange)) : null);

    [Fact]
    public async Task Topics_are_listed_by_name()
    {
        await using var cluster = new FakeCluster().WithTopic("zebra").WithTopic("ant", partitions: 3);
        await using var admin = Client(cluster);

        var topics = await admin.ListTopicsAsync();

        Assert.Equal([("ant", 3), ("zebra", 1)], topics.Select(topic => (topic.Name, topic.Partitions.Count)));
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_an_error_with_its_name()
    {
        await using var cluster = new FakeCluster();
        await using var admin = Client(cluster);

        var failure = await Assert.ThrowsAsync<KafkaException>(() => admin.DescribeTopicAsync("nowhere"));

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, failure.Code);
        Assert.Contains("nowhere", failure.Message);
    }

    [Fact]
    public async Task Each_created_topic_has_its_own_result()
    {
        await using var cluster = new FakeCluster();
        Answer<CreateTopicsRequest>(cluster, _ => new CreateTopicsResponse
        {
            Topics =
            [
                new() { Name = "new" },
                new() { Name = "old", ErrorCode = ErrorCode.TopicAlreadyExists,
                    ErrorMessage = "Topic 'old' already exists." },
            ],
        });
        await using var admin = Client(cluster);

        var results = await admin.CreateTopicsAsync([new NewTopic("new", 3, 1), new NewTopic("old")]);

        Assert.Equal([ErrorCode.None, ErrorCode.TopicAlreadyExists], results.Select(result => result.Error));
        var failure = Assert.Throws<KafkaException>(() => results.ThrowIfAnyFailed());
        Assert.Contains("Topic 'old' already exists.", failure.Message);
    }

    [Fact]
    public async Task A_request_is_repeated_when_the_broker_was_no_controller()
    {
        await using var cluster = new FakeCluster();
        var errors = new Queue<ErrorCode>([ErrorCode.NotController, ErrorCode.None]);
        Answer<CreateTopicsRequest>(cluster,
            _ => new CreateTopicsResponse { Topics = [new() { Name = "t", ErrorCode = errors.Dequeue() }] });
        await using var admin = Client(cluster);

        var results = await admin.CreateTopicsAsync([new NewTopic("t")]);

        Assert.Equal(ErrorCode.None, results.Single().Error);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Topics_are_deleted_by_name_with_old_and_new_versions(short newest)
    {
        await using var cluster = new FakeCluster { Versions = new() { [ApiKey.DeleteTopics] = (1, newest) } };
        Answer<DeleteTopicsRequest>(cluster, exchange => new DeleteTopicsResponse
        {
            Responses = [.. ((DeleteTopicsRequest)exchange.Request).Topics.Select(topic => topic.Name!)
                .Concat(((DeleteTopicsRequest)exchange.Request).TopicNames)
                .Select(name => new DeleteTopicsResponse.DeletableTopicResult { Name = name })],
        });
        await using var admin = Client(cluster);

        var results = await admin.DeleteTopicsAsync(["a", "b"]);

        Assert.Equal(["a", "b"], results.Select(result => result.Item));
    }

    [Fact]
    public async Task A_brokers_settings_are_asked_of_that_broker()
    {
        await using var cluster = new FakeCluster(brokers: 3);
        Answer<DescribeConfigsRequest>(cluster, exchange => new DescribeConfigsResponse
        {
            Results = [.. ((DescribeConfigsRequest)exchange.Request)
                .Resources.Select(resource => new DescribeConfigsResponse.DescribeConfigsResult
            {
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
                Configs = [new() { Name = "answered.by", Value = $"{exchange.Broker.Id}", ConfigSource = 5 }],
            })],
        });
        await using var admin = Client(cluster);

        var described = await admin.DescribeConfigsAsync([ConfigResource.Broker(2), ConfigResource.Broker(3)]);

        Assert.Equal(["2", "3"], described.Select(description => description.Entries.Single().Value));
        Assert.True(described[0].Entries.Single().IsDefault);
    }

    [Fact]
    public async Task Groups_are_collected_from_every_broker()
    {
        await using var cluster = new FakeCluster(brokers: 3);
        Answer<ListGroupsRequest>(cluster, exchange => new ListGroupsResponse
        {
            Groups = [new() { GroupId = $"group-of-{exchange.Broker.Id}", ProtocolType = "consumer",
                GroupState = "Stable" }],
        });
        await using var admin = Client(cluster);

        var groups = await admin.ListGroupsAsync();

        Assert.Equal(["group-of-1", "group-of-2", "group-of-3"], groups.Select(group => group.GroupId));
    }

    [Fact]
    public async Task A_classic_group_is_described_when_the_broker_says_that_it_is_no_new_one()
    {
        await using var cluster = new FakeCluster();
        Answer<ConsumerGroupDescribeRequest>(cluster, _ => new ConsumerGroupDescribeResponse
        {
            Groups = [new() { GroupId = "g", ErrorCode = ErrorCode.GroupIdNotFound }],
        });
        Answer<DescribeGroupsRequest>(cluster, _ => new DescribeGroupsResponse
        {
            Groups = [new() { GroupId = "g", GroupState = "Stable", ProtocolType = "consumer",
                ProtocolData = "range" }],
        });
        await using var admin = Client(cluster);

        var group = await admin.DescribeGroupAsync("g");

        Assert.Equal(("Stable", "range", 1), (group.State, group.Assignor, group.CoordinatorId));
    }

    [Fact]
    public async Task Offsets_are_asked_of_each_leader()
    {
        await using var cluster = new FakeCluster(brokers: 2).WithTopic("t", partitions: 2);
        cluster["t", 1].LeaderId = 2;
        await using var admin = Client(cluster);
        TopicPartition[] partitions = [new("t", 0), new("t", 1)];

        var offsets = await admin.ListOffsetsAsync(partitions, OffsetSpec.Latest);

        Assert.Equal([0, 0], partitions.Select(partition => offsets[partition].Offset));
        Assert.Equal([1, 2], cluster.Requests.Where(exchange => exchange.Key == ApiKey.ListOffsets)
            .Select(exchange => exchange.Broker.Id).Order());
    }

    [Fact]
    public async Task Offsets_of_an_unknown_partition_are_an_error_of_that_partition_only()
    {
        await using var cluster = new FakeCluster().WithTopic("t");
        await using var admin = Client(cluster);

        var offsets = await admin.ListOffsetsAsync([new TopicPartition("t", 0), new TopicPartition("t", 9)],
            OffsetSpec.Earliest);

        Assert.Equal(ErrorCode.None, offsets[new TopicPartition("t", 0)].Error);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, offsets[new TopicPartition("t", 9)].Error);
    }

    [Fact]
    public async Task Committed_offsets_of_a_group_can_be_set_and_listed()
    {
        await using var cluster = new FakeCluster().WithTopic("t");
        await using var admin = Client(cluster);
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [new("t", 0)] = new(42) };

        await admin.AlterGroupOffsetsAsync("g", offsets);

        Assert.Equal(42, cluster.Group.Committed[new TopicPartition("t", 0)]);
    }
}
