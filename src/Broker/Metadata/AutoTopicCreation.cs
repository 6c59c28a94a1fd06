using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Metadata;

/// <summary>Creates topics that clients ask metadata of, and the brokers' own topics when they are first needed.</summary>
/// <param name="createTopics">Sends to the active controller and returns when the metadata has arrived here.</param>
/// <param name="isEnabled">auto.create.topics.enable, as it is now.</param>
internal sealed class AutoTopicCreation(
    Func<CreateTopicsRequest, ValueTask<CreateTopicsResponse>> createTopics, Func<bool> isEnabled)
{
    private const int TimeoutMs = 30_000;

    /// <summary>Nothing went wrong.</summary>
    public static readonly IReadOnlyDictionary<string, ErrorCode> NoErrors = new Dictionary<string, ErrorCode>();

    /// <summary>Creates topics with the cluster's defaults; returns the codes of those that cannot be.</summary>
    public async ValueTask<IReadOnlyDictionary<string, ErrorCode>> CreateAsync(IReadOnlyList<string> topics)
    {
        if (!isEnabled())
            return NoErrors;
        var request = new CreateTopicsRequest { TimeoutMs = TimeoutMs };
        foreach (var topic in topics)
            if (!InternalTopics.IsInternal(topic))
                request.Topics.Add(new() { Name = topic, NumPartitions = -1, ReplicationFactor = -1 });
        return request.Topics.Count == 0 ? NoErrors : ErrorsOf(await createTopics(request));
    }

    /// <summary>Creates one of the brokers' own topics, unless it exists.</summary>
    public async ValueTask<ErrorCode> CreateInternalAsync(CreateTopicsRequest.CreatableTopic topic)
    {
        var response = await createTopics(new CreateTopicsRequest { TimeoutMs = TimeoutMs, Topics = [topic] });
        return ErrorsOf(response).GetValueOrDefault(topic.Name);
    }

    // Two clients may ask for the same topic at once: for the second it exists already, which is as good.
    private static Dictionary<string, ErrorCode> ErrorsOf(CreateTopicsResponse response) => response.Topics
        .Where(t => t.ErrorCode is not (ErrorCode.None or ErrorCode.TopicAlreadyExists))
        .ToDictionary(t => t.Name, t => t.ErrorCode is ErrorCode.InvalidTopicException or ErrorCode.InvalidReplicationFactor
            ? t.ErrorCode : ErrorCode.UnknownTopicOrPartition, StringComparer.Ordinal);
}
