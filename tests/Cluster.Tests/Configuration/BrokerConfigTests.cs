using Platform.Cluster.Configuration;

namespace Platform.Cluster.Tests.Configuration;

public sealed class BrokerConfigTests
{
    private const string Combined = """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@localhost:9093
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
        """;

    [Fact]
    public void Settings_are_read_with_their_types()
    {
        var config = BrokerConfig.Parse(Combined + "\nnum.partitions=6\nlog.cleaner.min.cleanable.ratio=0.25");

        Assert.Equal(6, config[BrokerConfigs.NumPartitions]);
        Assert.Equal(0.25, config[BrokerConfigs.LogCleanerMinCleanableRatio]);
        Assert.Equal(["broker", "controller"], config[BrokerConfigs.ProcessRoles]);
        Assert.True(config[BrokerConfigs.AutoCreateTopicsEnable]);
        Assert.Null(config.Get(BrokerConfigs.BrokerRack));
    }

    [Fact]
    public void The_command_line_wins_over_the_environment_which_wins_over_the_file()
    {
        var config = BrokerConfig.Parse(Combined + "\nnum.partitions=1\nnum.io.threads=1\nmessage.max.bytes=1",
            overrides: [new("num.partitions", "3")],
            environment: [new("KAFKA_NUM_PARTITIONS", "2"), new("KAFKA_MESSAGE_MAX_BYTES", "2")]);

        Assert.Equal(3, config[BrokerConfigs.NumPartitions]);
        Assert.Equal(2, config[BrokerConfigs.MessageMaxBytes]);
    }

    [Theory]
    [InlineData("", 7 * 24 * 3600_000L)]
    [InlineData("log.retention.hours=2", 2 * 3600_000L)]
    [InlineData("log.retention.hours=2\nlog.retention.minutes=3", 3 * 60_000L)]
    [InlineData("log.retention.hours=2\nlog.retention.minutes=3\nlog.retention.ms=4", 4L)]
    [InlineData("log.retention.hours=-1", -1L)]
    public void Retention_comes_from_milliseconds_then_minutes_then_hours(string properties, long expectedMs)
    {
        var config = BrokerConfig.Parse(Combined + "\n" + properties);

        Assert.Equal(expectedMs, config[BrokerConfigs.LogRetentionMs]);
        Assert.Equal(expectedMs, config.TopicDefaults[TopicConfigs.RetentionMs]);
    }

    [Fact]
    public void A_topic_inherits_what_it_does_not_set()
    {
        var config = BrokerConfig.Parse(Combined + "\nmin.insync.replicas=2\nlog.roll.hours=1")
            .WithDynamic(ConfigOverrides.From([new("log.segment.bytes", "2097152")]), ConfigOverrides.Empty);

        var topic = new TopicConfig(ConfigOverrides.From([new("retention.ms", "1000")]), config);

        Assert.Equal(1000, topic[TopicConfigs.RetentionMs]);
        Assert.Equal(2, topic[TopicConfigs.MinInSyncReplicas]);
        Assert.Equal(3600_000, topic[TopicConfigs.SegmentMs]);
        Assert.Equal(2097152, topic[TopicConfigs.SegmentBytes]);
    }

    [Fact]
    public void Entries_of_a_topic_setting_come_from_the_nearest_place_first()
    {
        var config = BrokerConfig.Parse(Combined + "\nlog.retention.hours=2").WithDynamic(
            ConfigOverrides.From([new("log.retention.ms", "30")]),
            ConfigOverrides.From([new("log.retention.ms", "20")]));
        var topic = new TopicConfig(ConfigOverrides.From([new("retention.ms", "10")]), config);

        var entries = topic.EntriesFor(TopicConfigs.RetentionMs).Select(entry =>
            $"{entry.Source} {entry.Key}={entry.Value}");

        Assert.Equal(
            ["DynamicTopic retention.ms=10", "DynamicBroker log.retention.ms=20",
            "DynamicDefaultBroker log.retention.ms=30",
             "StaticBroker log.retention.hours=2", "Default log.retention.hours=168"], entries);
    }

    [Fact]
    public void A_stored_value_that_is_not_allowed_is_passed_over()
    {
        var config = BrokerConfig.Parse(Combined + "\nmessage.max.bytes=5")
            .WithDynamic(ConfigOverrides.From([new("message.max.bytes", "many")]), ConfigOverrides.Empty);

        Assert.Equal(5, config[BrokerConfigs.MessageMaxBytes]);
    }

    [Fact]
    public void All_problems_are_told_at_once_with_key_value_and_what_is_allowed()
    {
        var text = Combined
            + "\nnum.partitons=3\nlog.segment.bytes=10\nauto.create.topics.enable=yes\nretention.ms=5\ncolour=red";

        var error = Assert.Throws<ConfigException>(() => BrokerConfig.Parse(text));

        Assert.Equal(
            """
            auto.create.topics.enable=yes: must be true or false
            colour=red: is no setting of a broker; docs/configuration.md lists them all
            log.segment.bytes=10: must be a number of at least 1048576
            num.partitons=3: is no setting of a broker; did you mean num.partitions?
            retention.ms=5: is a setting of topics; for all topics of this broker set log.retention.ms
            """, error.Message);
    }

    [Fact]
    public void Settings_of_Kafka_without_effect_are_kept_and_reported()
    {
        var warnings = new List<string>();

        var config = BrokerConfig.Parse(Combined + """

            num.network.threads=3
            zookeeper.connect=zk:2181
            ssl.keystore.location=/k
            listener.name.internal.ssl.keystore.location=/k
            """, warnings: warnings);

        Assert.Equal("zk:2181", config.Properties["zookeeper.connect"]);
        Assert.Equal(
            ["listener.name.internal.ssl.keystore.location has no effect: not supported by this broker",
             "num.network.threads has no effect: connections share the thread pool",
             "ssl.keystore.location has no effect: not supported by this broker",
             "zookeeper.connect has no effect: metadata lives in the controller quorum; "
             + "set process.roles and controller.quorum.voters"], warnings);
    }

    [Fact]
    public void The_environment_of_the_usual_compose_files_works_unchanged()
    {
        var config = BrokerConfig.Parse(environment:
        [
            new("CLUSTER_ID", "4L6g3nShT-eMCtK--X86sw"), new("PATH", "/bin"), new("KAFKA_HEAP_OPTS", "-Xmx1g"),
            new("KAFKA_NODE_ID", "2"), new("KAFKA_PROCESS_ROLES", "broker,controller"),
            new("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@kafka1:29093,2@kafka2:29093"),
            new("KAFKA_LISTENERS", "PLAINTEXT://kafka2:29092,CONTROLLER://kafka2:29093,PLAINTEXT_HOST://0.0.0.0:9092"),
            new("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka2:29092,PLAINTEXT_HOST://localhost:9092"),
            new("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
                "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT"),
            new("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"), new("KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT"),
            new("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"), new("KAFKA_LOG4J_ROOT_LOGLEVEL", "INFO"),
        ]);

        Assert.Equal(2, config.Node.Id);
        Assert.Equal("4L6g3nShT-eMCtK--X86sw", config.Node.ClusterId);
        Assert.Equal(["1@kafka1:29093", "2@kafka2:29093"], config.Node.Voters.Select(voter => voter.ToString()));
        Assert.Equal("PLAINTEXT_HOST://localhost:9092", config.Node.Listeners.Advertised[2].ToString());
        Assert.False(config[BrokerConfigs.AutoCreateTopicsEnable]);
    }

    [Theory]
    [InlineData("", "process.roles: must be set to broker, controller or broker,controller")]
    [InlineData("process.roles=broker", "node.id: must be set to the number of this node, at least 0")]
    public void A_node_needs_roles_and_a_number(string properties, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => BrokerConfig.Parse(properties));

        Assert.Contains(expected, error.Message);
    }
}
