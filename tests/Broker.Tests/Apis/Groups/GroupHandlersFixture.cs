using Platform.Broker.Coordination;
using Platform.Broker.Metadata;
using Platform.Broker.Tests.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Apis.Groups;

/// <summary>A coordinator of one partition beside a controller in memory, with topic <c>t</c>.</summary>
internal sealed class GroupHandlersFixture
{
    public GroupCoordinatorHost Host { get; } = new();

    public ControllerInMemory Controller { get; } = new();

    public GroupCoordinator Groups => Host.Coordinator;

    public async Task<Uuid> CreateTopicAsync(string name)
    {
        var topic = new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = 1, ReplicationFactor = 1 };
        var created = await Controller.SendAsync(new CreateTopicsRequest { Topics = [topic] });
        return Assert.Single(created.Topics).TopicId;
    }

    public InternalTopicCreation InternalTopics() => new(
        Controller.Config,
        () => Controller.Image,
        new AutoTopicCreation(request => Controller.SendAsync(request), () => false).CreateInternalAsync);

    /// <summary>The answer as the client of a version reads it: what the version cannot carry throws.</summary>
    public static TResponse OverTheWire<TResponse>(TResponse? response, short version)
        where TResponse : class, IResponse, new()
    {
        using var writer = new ProtocolWriter();
        Assert.NotNull(response);
        response.Write(writer, version);
        var reader = new ProtocolReader(writer.Written);
        var read = new TResponse();
        read.Read(ref reader, version);
        return read;
    }
}
