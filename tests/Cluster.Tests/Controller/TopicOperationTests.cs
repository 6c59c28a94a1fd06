using Platform.Cluster.Controller;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

public sealed class TopicOperationTests
{
    [Fact]
    public void A_topic_is_made_of_a_record_for_itself_its_settings_and_each_partition()
    {
        var controller = new TestController(brokers: 3);
        var topic = Topic("orders", partitions: 2, replicas: 3);
        topic.Configs.Add(new() { Name = "retention.ms", Value = "1000" });

        var result = CreateTopics.Handle(controller.Context, new() { Topics = [topic] });

        Assert.Equal(["TopicRecord", "ConfigRecord", "PartitionRecord", "PartitionRecord"],
            result.Records.Select(record => record.GetType().Name));
        var partition = Assert.IsType<PartitionRecord>(result.Records[2]);
        Assert.Equal([1, 2, 3], partition.Replicas.Order());
        Assert.Equal(partition.Replicas[0], partition.Leader);
        Assert.Equal(partition.Replicas, partition.Isr);
        Assert.Equal(new Uuid(6, partition.Leader), partition.Directories[0]);
    }

    [Fact]
    public void The_response_tells_id_counts_and_effective_settings()
    {
        var controller = new TestController(brokers: 1, "num.partitions=4\nlog.retention.hours=1");
        var topic = Topic("orders", partitions: -1, replicas: -1);
        topic.Configs.Add(new() { Name = "cleanup.policy", Value = "compact" });

        var created = controller.Run(context => CreateTopics.Handle(context, new() { Topics = [topic] })).Topics[0];

        Assert.Equal((ErrorCode.None, 4, (short)1),
            (created.ErrorCode, created.NumPartitions, created.ReplicationFactor));
        Assert.Equal(controller.Image.Topics.Find("orders")!.Id, created.TopicId);
        Assert.Equal(["compact 1", "3600000 4", "1 3"],
            new[] { "cleanup.policy", "retention.ms", "min.insync.replicas" }
            .Select(name => created.Configs!.Single(config => config.Name == name)).Select(config =>
                $"{config.Value} {config.ConfigSource}"));
    }

    [Fact]
    public void Validate_only_answers_but_changes_nothing()
    {
        var controller = new TestController(brokers: 1);

        var result = CreateTopics.Handle(controller.Context, new() { Topics = [Topic("orders")], ValidateOnly = true });

        Assert.Empty(result.Records);
        Assert.Equal(ErrorCode.None, result.Response.Topics[0].ErrorCode);
    }

    [Theory]
    [InlineData("", ErrorCode.InvalidTopicException)]
    [InlineData(".", ErrorCode.InvalidTopicException)]
    [InlineData("..", ErrorCode.InvalidTopicException)]
    [InlineData("a b", ErrorCode.InvalidTopicException)]
    [InlineData("ä", ErrorCode.InvalidTopicException)]
    [InlineData("__cluster_metadata", ErrorCode.InvalidTopicException)]
    [InlineData("my_topic", ErrorCode.InvalidTopicException)]
    [InlineData("my.topic", ErrorCode.TopicAlreadyExists)]
    [InlineData("A-z_0.9", ErrorCode.None)]
    public void Names_follow_rules(string name, ErrorCode expected)
    {
        var controller = new TestController(brokers: 1);
        controller.CreateTopic("my.topic", [1]);

        Assert.Equal(expected, Create(controller, Topic(name)).ErrorCode);
    }

    [Fact]
    public void A_name_may_have_249_characters()
    {
        var controller = new TestController(brokers: 1);

        Assert.Equal(ErrorCode.None, Create(controller, Topic(new string('a', 249))).ErrorCode);
        Assert.Equal(ErrorCode.InvalidTopicException, Create(controller, Topic(new string('a', 250))).ErrorCode);
    }

    [Fact]
    public void Names_that_collide_within_one_request_are_refused()
    {
        var controller = new TestController(brokers: 1);

        var response = controller.Run(context =>
            CreateTopics.Handle(context, new() { Topics = [Topic("a.b"), Topic("a_b"), Topic("c"), Topic("c")] }));

        Assert.Equal([("a.b", ErrorCode.None), ("a_b", ErrorCode.InvalidTopicException),
            ("c", ErrorCode.InvalidRequest)],
            response.Topics.Select(topic => (topic.Name, topic.ErrorCode)));
    }

    [Theory]
    [InlineData(0, 1, ErrorCode.InvalidPartitions)]
    [InlineData(-2, 1, ErrorCode.InvalidPartitions)]
    [InlineData(1, 0, ErrorCode.InvalidReplicationFactor)]
    [InlineData(1, -2, ErrorCode.InvalidReplicationFactor)]
    [InlineData(1, 3, ErrorCode.InvalidReplicationFactor)]
    [InlineData(10_001, 1, ErrorCode.PolicyViolation)]
    public void Counts_have_limits(int partitions, short replicas, ErrorCode expected)
    {
        Assert.Equal(expected, Create(new TestController(brokers: 2), Topic("orders", partitions, replicas)).ErrorCode);
    }

    [Fact]
    public void Without_an_active_broker_nothing_can_be_created()
    {
        var error = Create(new TestController(), Topic("orders"));

        Assert.Equal(ErrorCode.InvalidReplicationFactor, error.ErrorCode);
        Assert.Equal("no broker is active; start one and try again", error.ErrorMessage);
    }

    [Theory]
    [InlineData("retention.msx", "1", "retention.msx is no setting of a topic; did you mean retention.ms?")]
    [InlineData("retention.ms", "soon", "retention.ms=soon: must be a number of at least -1")]
    [InlineData("retention.ms", null, "retention.ms is null; leave it out to take the default")]
    [InlineData("max.compaction.lag.ms", "0", "max.compaction.lag.ms=0: must be a number of at least 1")]
    [InlineData("remote.storage.enable", "true", "Tiered Storage functionality is disabled in the broker. Topic cannot "
        + "be configured with remote log storage. Set remote.log.storage.system.enable=true on all nodes")]
    public void Settings_are_checked(string name, string? value, string expected)
    {
        var topic = Topic("orders");
        topic.Configs.Add(new() { Name = name, Value = value });

        var error = Create(new TestController(brokers: 1), topic);

        Assert.Equal((ErrorCode.InvalidConfig, expected), (error.ErrorCode, error.ErrorMessage));
    }

    [Theory]
    [InlineData("0:1,2;1:2,1", -1, ErrorCode.None)]
    [InlineData("0:1,2;1:2,1", 2, ErrorCode.InvalidRequest)]
    [InlineData("0:1;2:1", -1, ErrorCode.InvalidReplicaAssignment)]
    [InlineData("0:1;1:1,2", -1, ErrorCode.InvalidReplicaAssignment)]
    [InlineData("0:1,1", -1, ErrorCode.InvalidReplicaAssignment)]
    [InlineData("0:1,7", -1, ErrorCode.InvalidReplicaAssignment)]
    [InlineData("0:", -1, ErrorCode.InvalidReplicaAssignment)]
    public void An_assignment_by_hand_is_checked(string assignment, int partitions, ErrorCode expected)
    {
        var topic = Topic("orders", partitions, -1);
        foreach (var part in assignment.Split(';').Select(part => part.Split(':')))
            topic.Assignments.Add(new() { PartitionIndex = int.Parse(part[0]),
            BrokerIds = [.. part[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)] });

        Assert.Equal(expected, Create(new TestController(brokers: 2), topic).ErrorCode);
    }

    [Fact]
    public void Topics_are_deleted_by_name_or_by_id()
    {
        var controller = new TestController(brokers: 1);
        controller.CreateTopic("a", [1]);
        controller.CreateTopic("b", [1]);
        var id = controller.Image.Topics.Find("b")!.Id;

        var response = controller.Run(context => DeleteTopics.Handle(context, new()
        {
            Topics = [new() { Name = "a" }, new() { TopicId = id }, new() { Name = "none" },
                new() { TopicId = new Uuid(9, 9) }, new(),
                new() { Name = "a", TopicId = id }],
        }));

        Assert.Equal(
            [("a", ErrorCode.InvalidRequest), ("b", ErrorCode.None), ("none", ErrorCode.UnknownTopicOrPartition),
             (null, ErrorCode.UnknownTopicId), (null, ErrorCode.InvalidRequest), ("a", ErrorCode.InvalidRequest)],
            response.Responses.Select(topic => (topic.Name, topic.ErrorCode)));
        Assert.Equal(["a"], controller.Image.Topics.ByName.Keys);
    }

    [Fact]
    public void Deletion_can_be_turned_off()
    {
        var controller = new TestController(brokers: 1, "delete.topic.enable=false");
        controller.CreateTopic("a", [1]);

        var response = controller.Run(context => DeleteTopics.Handle(context, new() { TopicNames = ["a"] }));

        Assert.Equal(ErrorCode.TopicDeletionDisabled, response.Responses[0].ErrorCode);
    }

    [Theory]
    [InlineData("orders", 3, ErrorCode.None)]
    [InlineData("orders", 1, ErrorCode.InvalidPartitions)]
    [InlineData("orders", 0, ErrorCode.InvalidPartitions)]
    [InlineData("orders", 20_000, ErrorCode.InvalidPartitions)]
    [InlineData("none", 3, ErrorCode.UnknownTopicOrPartition)]
    public void Topics_only_grow(string name, int count, ErrorCode expected)
    {
        var controller = new TestController(brokers: 2);
        controller.CreateTopic("orders", [1, 2]);

        var response = controller.Run(context => CreatePartitions.Handle(context, new()
        {
            Topics = [new() { Name = name, Count = count, Assignments = null }],
        }));

        Assert.Equal(expected, response.Results[0].ErrorCode);
        Assert.Equal(expected == ErrorCode.None ? 3 : 1, controller.Image.Topics.Find("orders")!.Partitions.Count);
    }

    [Fact]
    public void New_partitions_can_be_assigned_by_hand()
    {
        var controller = new TestController(brokers: 2);
        controller.CreateTopic("orders", [1, 2]);

        var tooFew = Grow([]);
        var unequal = Grow([new() { BrokerIds = [1] }]);
        var good = Grow([new() { BrokerIds = [2, 1] }]);

        Assert.Equal([ErrorCode.InvalidReplicaAssignment, ErrorCode.InvalidReplicaAssignment, ErrorCode.None],
            [tooFew, unequal, good]);
        Assert.Equal(2, controller.Partition("orders", 1).Leader);

        ErrorCode Grow(List<CreatePartitionsRequest.CreatePartitionsAssignment> assignments) =>
            controller.Run(context =>
            CreatePartitions.Handle(context,
            new() { Topics = [new() { Name = "orders", Count = 2, Assignments = assignments }] })).Results[0].ErrorCode;
    }

    private static CreateTopicsRequest.CreatableTopic Topic(string name, int partitions = 1, short replicas = 1) =>
        new() { Name = name, NumPartitions = partitions, ReplicationFactor = replicas };

    private static CreateTopicsResponse.CreatableTopicResult Create(TestController controller,
        CreateTopicsRequest.CreatableTopic topic) =>
        controller.Run(context => CreateTopics.Handle(context, new() { Topics = [topic] })).Topics.Single();
}
