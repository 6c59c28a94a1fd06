using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

public sealed class AlterConfigsTests
{
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const sbyte Append = 2;
    private const sbyte Subtract = 3;

    private readonly TestController _controller = new(brokers: 1);

    public AlterConfigsTests() => _controller.CreateTopic("orders", [1]);

    [Fact]
    public void Settings_are_set_and_deleted_one_by_one()
    {
        Alter(2, "orders", ("retention.ms", Set, "5"), ("segment.ms", Set, "6"));
        Alter(2, "orders", ("retention.ms", Delete, null), ("flush.ms", Delete, null));

        Assert.Equal([new("segment.ms", "6")], _controller.Image.Configurations.OfTopic("orders"));
    }

    [Fact]
    public void Lists_grow_and_shrink_from_their_default()
    {
        Alter(2, "orders", ("cleanup.policy", Append, "compact"));
        var grown = _controller.Image.Configurations.OfTopic("orders")["cleanup.policy"];
        Alter(2, "orders", ("cleanup.policy", Subtract, "delete"));
        var shrunk = _controller.Image.Configurations.OfTopic("orders")["cleanup.policy"];

        Assert.Equal(("delete,compact", "compact"), (grown, shrunk));
    }

    [Fact]
    public void What_does_not_change_makes_no_record()
    {
        Alter(2, "orders", ("retention.ms", Set, "5"));

        var result = IncrementalAlterConfigs.Handle(_controller.Context,
            Request(2, "orders", ("retention.ms", Set, "5"), ("flush.ms", Delete, null)));

        Assert.Empty(result.Records);
    }

    [Theory]
    [InlineData(2, "none", "retention.ms", Set, "5", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(2, "orders", "retention.ms", Set, "x", ErrorCode.InvalidConfig)]
    [InlineData(2, "orders", "retention.ms", Set, null, ErrorCode.InvalidRequest)]
    [InlineData(2, "orders", "no.such", Set, "1", ErrorCode.InvalidConfig)]
    [InlineData(2, "orders", "retention.ms", Append, "5", ErrorCode.InvalidConfig)]
    [InlineData(2, "orders", "retention.ms", 9, "5", ErrorCode.InvalidRequest)]
    [InlineData(2, "orders", "cleanup.policy", Append, "burn", ErrorCode.InvalidConfig)]
    [InlineData(4, "", "message.max.bytes", Set, "5", ErrorCode.None)]
    [InlineData(4, "1", "message.max.bytes", Set, "5", ErrorCode.None)]
    [InlineData(4, "1", "leader.replication.throttled.rate", Set, "5", ErrorCode.None)]
    [InlineData(4, "1", "no.such", Set, "5", ErrorCode.InvalidConfig)]
    [InlineData(4, "1", "num.partitions", Set, "5", ErrorCode.InvalidRequest)]
    [InlineData(4, "one", "message.max.bytes", Set, "5", ErrorCode.InvalidRequest)]
    [InlineData(4, "7", "message.max.bytes", Set, "5", ErrorCode.BrokerIdNotRegistered)]
    [InlineData(8, "1", "kafka", Set, "INFO", ErrorCode.InvalidRequest)]
    public void Changes_are_checked(sbyte type, string resource, string name, sbyte operation, string? value,
        ErrorCode expected)
    {
        Assert.Equal(expected, Alter(type, resource, (name, operation, value)));
    }

    [Fact]
    public void A_setting_or_a_resource_that_comes_twice_is_refused()
    {
        var resource = Request(2, "orders", ("retention.ms", Set, "5")).Resources[0];

        var twice = IncrementalAlterConfigs.Handle(_controller.Context, new() { Resources = [resource, resource] });

        Assert.Equal(ErrorCode.InvalidRequest,
            Alter(2, "orders", ("retention.ms", Set, "5"), ("retention.ms", Delete, null)));
        Assert.All(twice.Response.Responses, response => Assert.Equal(ErrorCode.InvalidRequest, response.ErrorCode));
    }

    [Fact]
    public void The_old_way_takes_back_what_the_request_does_not_name()
    {
        Alter(2, "orders", ("retention.ms", Set, "5"), ("segment.ms", Set, "6"));
        var request = new AlterConfigsRequest
        {
            Resources = [new() { ResourceType = 2, ResourceName = "orders",
                Configs = [new() { Name = "flush.ms", Value = "7" }] }],
        };

        var dry = AlterConfigs.Handle(_controller.Context,
            new() { Resources = request.Resources, ValidateOnly = true });
        _controller.Run(context => AlterConfigs.Handle(context, request));

        Assert.Empty(dry.Records);
        Assert.Equal([new("flush.ms", "7")], _controller.Image.Configurations.OfTopic("orders"));
    }

    [Fact]
    public void A_setting_for_all_brokers_counts_on_each_of_them()
    {
        Alter(4, "", ("message.max.bytes", Set, "77"));

        var config = _controller.Image.Configurations.Effective(_controller.Config, brokerId: 1);

        Assert.Equal(77, config[Cluster.Configuration.BrokerConfigs.MessageMaxBytes]);
        Assert.Equal(77, config.TopicDefaults[Cluster.Configuration.TopicConfigs.MaxMessageBytes]);
    }

    private ErrorCode Alter(sbyte type, string resource, params (string, sbyte, string?)[] changes) =>
        _controller.Run(context =>
        IncrementalAlterConfigs.Handle(context, Request(type, resource, changes))).Responses[0].ErrorCode;

    private static IncrementalAlterConfigsRequest Request(sbyte type, string resource,
        params (string Name, sbyte Operation, string? Value)[] changes) => new()
    {
        Resources = [new()
        {
            ResourceType = type,
            ResourceName = resource,
            Configs = [.. changes.Select(change => new IncrementalAlterConfigsRequest.AlterableConfig
            {
                Name = change.Name,
                ConfigOperation = change.Operation,
                Value = change.Value,
            })],
        }],
    };
}
