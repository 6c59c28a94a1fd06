using Platform.Broker.Apis.Configs;
using Platform.Broker.Apis.Topics;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Entry = Platform.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResourceResult;

namespace Platform.Broker.Tests.Apis.Configs;

public sealed class DescribeConfigsHandlerTests
{
    private const sbyte Topic = 2;
    private const sbyte Broker = 4;

    private readonly ControllerInMemory _controller = new("log.retention.hours=2\nssl.key.password=secret");

    [Fact]
    public async Task A_setting_of_a_topic_tells_every_place_it_is_set_at()
    {
        await CreateTopicAsync();
        await AlterAsync(Topic, "orders", "retention.ms", "10");
        await AlterAsync(Broker, "1", "log.retention.ms", "20");
        await AlterAsync(Broker, "", "log.retention.ms", "30");

        var entry = (await DescribeAsync(Topic, "orders", "retention.ms")).Configs.Single();

        Assert.Equal(("10", (sbyte)1, (sbyte)5, false),
            (entry.Value, entry.ConfigSource, entry.ConfigType, entry.ReadOnly));
        Assert.Equal(
            ["retention.ms=10 1", "log.retention.ms=20 2", "log.retention.ms=30 3", "log.retention.hours=2 4",
            "log.retention.hours=168 5"],
            entry.Synonyms.Select(synonym => $"{synonym.Name}={synonym.Value} {synonym.Source}"));
        Assert.Equal(TopicConfigs.RetentionMs.Doc, entry.Documentation);
    }

    [Fact]
    public async Task An_inherited_value_is_told_in_the_unit_of_the_topic()
    {
        await CreateTopicAsync();

        var entry = (await DescribeAsync(Topic, "orders", "retention.ms")).Configs.Single();

        Assert.Equal(("7200000", (sbyte)ConfigSource.StaticBroker), (entry.Value, entry.ConfigSource));
    }

    [Fact]
    public async Task All_settings_of_a_topic_come_sorted()
    {
        await CreateTopicAsync();

        var names = (await DescribeAsync(Topic, "orders")).Configs.Select(entry => entry.Name).ToList();

        Assert.Equal(TopicConfigs.All.Count, names.Count);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
    }

    [Fact]
    public async Task A_broker_describes_itself()
    {
        var entries = (await DescribeAsync(Broker, "1")).Configs;

        Assert.Equal((true, "1"), (Of("node.id").ReadOnly, Of("node.id").Value));
        Assert.Equal((false, "1048588"), (Of("message.max.bytes").ReadOnly, Of("message.max.bytes").Value));
        Assert.Equal(("2", (sbyte)ConfigSource.StaticBroker),
            (Of("log.retention.hours").Value, Of("log.retention.hours").ConfigSource));
        Assert.Equal((null, true), (Of("ssl.key.password").Value, Of("ssl.key.password").IsSensitive));

        Entry Of(string name) => entries.Single(entry => entry.Name == name);
    }

    [Fact]
    public async Task Nobody_in_particular_means_what_is_set_for_all_brokers()
    {
        await AlterAsync(Broker, "", "message.max.bytes", "5");

        var entries = (await DescribeAsync(Broker, "")).Configs;

        // A new cluster stores min.insync.replicas, as eligible leaders need it (KIP-966).
        Assert.Equal([("message.max.bytes", "5"), ("min.insync.replicas", "1")],
            entries.Select(entry => (entry.Name, entry.Value)));
        Assert.All(entries, entry => Assert.Equal((sbyte)ConfigSource.DynamicDefaultBroker, entry.ConfigSource));
    }

    [Theory]
    [InlineData(Topic, "none", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(Topic, "a b", ErrorCode.InvalidTopicException)]
    [InlineData(Broker, "2", ErrorCode.InvalidRequest)]
    [InlineData(8, "1", ErrorCode.InvalidRequest)]
    public async Task What_cannot_be_described_gets_an_error(sbyte type, string name, ErrorCode expected)
    {
        Assert.Equal(expected, (await DescribeAsync(type, name)).ErrorCode);
    }

    [Fact]
    public async Task Resources_with_settings_are_listed()
    {
        await CreateTopicAsync();
        var handler = new ListConfigResourcesHandler(_controller.Metadata);

        var all = await handler.HandleAsync(new(), ControllerInMemory.Context(1));
        var old = await handler.HandleAsync(new(), ControllerInMemory.Context(0));
        var unknown = await handler.HandleAsync(new() { ResourceTypes = [99] }, ControllerInMemory.Context(1));

        Assert.Equal(["orders 2", "1 4"],
            all!.ConfigResources.Select(resource => $"{resource.ResourceName} {resource.ResourceType}"));
        Assert.Empty(old!.ConfigResources);
        Assert.Equal(ErrorCode.UnsupportedVersion, unknown!.ErrorCode);
    }

    private async Task<DescribeConfigsResponse.DescribeConfigsResult> DescribeAsync(sbyte type, string name,
        params string[] keys)
    {
        var response = await new DescribeConfigsHandler(_controller.Metadata, _controller.Config).HandleAsync(new()
        {
            Resources = [new() { ResourceType = type, ResourceName = name, ConfigurationKeys = keys.Length == 0 ? null
                : [.. keys] }],
            IncludeSynonyms = true,
            IncludeDocumentation = true,
        }, ControllerInMemory.Context(4));
        return response!.Results.Single();
    }

    private async Task AlterAsync(sbyte type, string resource, string name, string value)
    {
        var response = await new IncrementalAlterConfigsHandler(_controller).HandleAsync(new()
        {
            Resources = [new() { ResourceType = type, ResourceName = resource,
                Configs = [new() { Name = name, Value = value }] }],
        }, ControllerInMemory.Context(1));
        Assert.Equal(ErrorCode.None, response!.Responses.Single().ErrorCode);
    }

    private async Task CreateTopicAsync() => await new CreateTopicsHandler(_controller).HandleAsync(
        new() { Topics = [new() { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 }] },
        ControllerInMemory.Context(7));
}
