using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>All topics with their partitions, ordered by name.</summary>
    /// <param name="includeInternal">True to list those that belong to the cluster itself, too.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<TopicMetadata>> ListTopicsAsync(
        bool includeInternal = false, CancellationToken cancellation = default)
    {
        var request = new MetadataRequest { Topics = null, AllowAutoTopicCreation = false };
        var response = await SendAsync(request, Destination.Any, cancellation, answer => answer.ErrorCode);
        var metadata = _cluster.MetadataCache.Put(response, complete: true);
        return metadata.Topics.Values.Where(topic => includeInternal || !topic.IsInternal)
            .OrderBy(topic => topic.Name, StringComparer.Ordinal).ToList();
    }

    /// <summary>The named topics; one that does not exist has an error.</summary>
    public async Task<IReadOnlyList<TopicMetadata>> DescribeTopicsAsync(
        IEnumerable<string> topics, CancellationToken cancellation = default)
    {
        var request = new MetadataRequest
        {
            Topics = [.. topics.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic })],
            AllowAutoTopicCreation = false,
        };
        var response = await SendAsync(request, Destination.Any, cancellation, answer => answer.ErrorCode);
        _cluster.MetadataCache.Put(response, complete: false);
        return response.Topics.Select(topic => MetadataParser.Topic(topic, null)).ToList();
    }

    /// <summary>The named topic.</summary>
    /// <exception cref="KafkaException">It does not exist, or may not be seen.</exception>
    public async Task<TopicMetadata> DescribeTopicAsync(string topic, CancellationToken cancellation = default)
    {
        var described = await DescribeTopicsAsync([topic], cancellation);
        KafkaException.ThrowIfError(described[0].Error, $"topic {topic}");
        return described[0];
    }

    /// <summary>Creates topics.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="validateOnly">True to check without creating.</param>
    /// <param name="cancellation">Gives up waiting; the topics may be created all the same.</param>
    public async Task<IReadOnlyList<ItemResult<string>>> CreateTopicsAsync(
        IEnumerable<NewTopic> topics, bool validateOnly = false, CancellationToken cancellation = default)
    {
        var request = new CreateTopicsRequest
        {
            Topics = [.. topics.Select(ToCreatable)],
            TimeoutMs = TimeoutMs,
            ValidateOnly = validateOnly,
        };
        var response = await SendAsync(request, Destination.Controller, cancellation,
            answer => NotController(answer.Topics.Select(topic => topic.ErrorCode)));
        return response.Topics
            .Select(topic => new ItemResult<string>(topic.Name, topic.ErrorCode, topic.ErrorMessage)).ToList();
    }

    private static CreateTopicsRequest.CreatableTopic ToCreatable(NewTopic topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.Partitions,
        ReplicationFactor = topic.ReplicationFactor,
        Configs = [.. topic.Configs.Select(config =>
            new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value })],
        Assignments = [.. (topic.ReplicaAssignments ?? new Dictionary<int, IReadOnlyList<int>>()).Select(partition =>
            new CreateTopicsRequest.CreatableReplicaAssignment
            {
                PartitionIndex = partition.Key,
                BrokerIds = [.. partition.Value],
            })],
    };

    // The whole request is sent again when the broker asked is no controller; nothing was done then.
    private static ErrorCode NotController(IEnumerable<ErrorCode> errors) =>
        errors.Contains(ErrorCode.NotController) ? ErrorCode.NotController : ErrorCode.None;

    /// <summary>Deletes topics by name.</summary>
    public async Task<IReadOnlyList<ItemResult<string>>> DeleteTopicsAsync(
        IEnumerable<string> topics, CancellationToken cancellation = default)
    {
        var names = topics.ToList();
        var response = await SendAsync<DeleteTopicsResponse>(ApiKey.DeleteTopics, version => new DeleteTopicsRequest
        {
            TopicNames = version < 6 ? names : [],
            Topics = version < 6 ? []
                : [.. names.Select(name => new DeleteTopicsRequest.DeleteTopicState { Name = name })],
            TimeoutMs = TimeoutMs,
        }, Destination.Controller, cancellation, answer =>
            NotController(answer.Responses.Select(topic => topic.ErrorCode)));
        names.ForEach(_cluster.MetadataCache.Forget);
        return response.Responses
            .Select(topic => new ItemResult<string>(topic.Name ?? "", topic.ErrorCode, topic.ErrorMessage)).ToList();
    }

    /// <summary>Adds partitions to topics; their number can only grow.</summary>
    public async Task<IReadOnlyList<ItemResult<string>>> CreatePartitionsAsync(
        IEnumerable<NewPartitions> topics, bool validateOnly = false, CancellationToken cancellation = default)
    {
        var request = new CreatePartitionsRequest
        {
            Topics = [.. topics.Select(topic => new CreatePartitionsRequest.CreatePartitionsTopic
            {
                Name = topic.Topic,
                Count = topic.TotalCount,
                Assignments = null,
            })],
            TimeoutMs = TimeoutMs,
            ValidateOnly = validateOnly,
        };
        var response = await SendAsync(request, Destination.Controller, cancellation,
            answer => NotController(answer.Results.Select(topic => topic.ErrorCode)));
        return response.Results
            .Select(topic => new ItemResult<string>(topic.Name, topic.ErrorCode, topic.ErrorMessage)).ToList();
    }
}
