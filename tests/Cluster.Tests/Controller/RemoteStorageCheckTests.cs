using Platform.Cluster.Controller;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

public sealed class RemoteStorageCheckTests
{
    private readonly TestController _controller = new(brokers: 1, "remote.log.storage.system.enable=true");

    [Theory]
    [InlineData("cleanup.policy=compact", "Remote log storage is unsupported for the compacted topics")]
    [InlineData("retention.ms=1000,local.retention.ms=2000", "Value must not be more than property retention.ms value: 1000")]
    [InlineData("retention.ms=1000,local.retention.ms=-1", "Value must not be -1 as retention.ms value is set as 1000.")]
    [InlineData("retention.bytes=5,local.retention.bytes=6", "Value must not be more than property retention.bytes value: 5")]
    [InlineData("remote.log.copy.disable=true,local.retention.ms=5", "must be set to the identical value")]
    public void A_tiered_topic_is_refused_with_kafkas_words(string settings, string expected)
    {
        var error = Create($"remote.storage.enable=true,{settings}");

        Assert.Equal(ErrorCode.InvalidConfig, error.ErrorCode);
        Assert.Contains(expected, error.ErrorMessage);
    }

    [Theory]
    [InlineData("remote.storage.enable=true")]
    [InlineData("remote.storage.enable=true,retention.ms=1000,local.retention.ms=1000")]
    [InlineData("remote.storage.enable=true,retention.ms=-1,local.retention.ms=-1,retention.bytes=-1")]
    [InlineData("remote.storage.enable=true,remote.log.copy.disable=true")]
    [InlineData("remote.storage.enable=false,cleanup.policy=compact,local.retention.ms=9999999999999")]
    public void What_kafka_allows_is_allowed(string settings) => Assert.Equal(ErrorCode.None, Create(settings).ErrorCode);

    [Fact]
    public void Tiering_is_turned_off_only_with_a_word_about_the_copies()
    {
        Create("remote.storage.enable=true");

        var refused = Alter(("remote.storage.enable", "false"));
        var copyDisabled = Alter(("remote.log.copy.disable", "true"));
        var disabled = Alter(("remote.storage.enable", "false"), ("remote.log.delete.on.disable", "true"));

        Assert.Equal(ErrorCode.InvalidConfig, refused.ErrorCode);
        Assert.Contains("It is invalid to disable remote storage without deleting remote data.", refused.ErrorMessage);
        Assert.Equal((ErrorCode.None, ErrorCode.None), (copyDisabled.ErrorCode, disabled.ErrorCode));
    }

    private CreateTopicsResponse.CreatableTopicResult Create(string settings)
    {
        var topic = new CreateTopicsRequest.CreatableTopic { Name = "tiered", NumPartitions = 1, ReplicationFactor = 1 };
        foreach (var setting in settings.Split(','))
            topic.Configs.Add(new() { Name = setting.Split('=')[0], Value = setting.Split('=')[1] });
        var response = _controller.Run(context => CreateTopics.Handle(context, new CreateTopicsRequest { Topics = [topic] }));
        return response.Topics[0];
    }

    private IncrementalAlterConfigsResponse.AlterConfigsResourceResponse Alter(params (string Name, string Value)[] settings)
    {
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = 2, ResourceName = "tiered" };
        foreach (var (name, value) in settings)
            resource.Configs.Add(new() { Name = name, Value = value });
        return _controller.Run(context => IncrementalAlterConfigs.Handle(
            context, new IncrementalAlterConfigsRequest { Resources = [resource] })).Responses[0];
    }
}
