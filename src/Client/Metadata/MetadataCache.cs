using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Metadata;

/// <summary>
/// The client's current picture of the cluster, for the topics that were asked for. One refresh runs at a time; those
/// who ask meanwhile share its result.
/// </summary>
internal sealed class MetadataCache(ClientOptions options,
    Func<MetadataRequest, CancellationToken, Task<MetadataResponse>> ask)
{
    /// <summary>Most topics whose metadata is kept fresh; the request would otherwise grow without limit.</summary>
    public const int MaxTopics = 100_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _wanted = [];
    private readonly HashSet<string> _watched = [];
    private readonly SemaphoreSlim _oneRefresh = new(1);
    private ClusterMetadata _current = ClusterMetadata.Empty;
    private int _version;

    public ClusterMetadata Current => Volatile.Read(ref _current);

    public bool AllowAutoTopicCreation { get; set; }

    /// <summary>True when <c>metadata.max.age.ms</c> has passed.</summary>
    public bool IsStale => Current.UpdatedMs + options.MetadataMaxAgeMs <= options.NowMs || Current.Brokers.Count == 0;

    /// <summary>The picture, with <paramref name="topics"/> in it; asks a broker when it is stale or lacks
    /// one.</summary>
    public ValueTask<ClusterMetadata> GetAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation)
    {
        var current = Current;
        return !IsStale && topics.All(topic => IsUsable(current, topic))
            ? new ValueTask<ClusterMetadata>(current)
            : new ValueTask<ClusterMetadata>(RefreshAsync(topics, cancellation));
    }

    private static bool IsUsable(ClusterMetadata metadata, string topic) =>
        metadata.Topics.TryGetValue(topic, out var known) && known.Error == ErrorCode.None;

    /// <summary>Asks a broker, also when the picture is fresh.</summary>
    public async Task<ClusterMetadata> RefreshAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation)
    {
        Want(topics);
        var versionWhenAsked = Volatile.Read(ref _version);
        await _oneRefresh.WaitAsync(cancellation);
        try
        {
            var alreadyDone = _version != versionWhenAsked && topics.All(topic => IsUsable(Current, topic));
            return alreadyDone ? Current : await RefreshNowAsync(cancellation);
        }
        finally
        {
            _oneRefresh.Release();
        }
    }

    private async Task<ClusterMetadata> RefreshNowAsync(CancellationToken cancellation)
    {
        var request = new MetadataRequest { AllowAutoTopicCreation = AllowAutoTopicCreation };
        lock (_lock)
            request.Topics = [.. _wanted.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic })];
        var response = await ask(request, cancellation);
        KafkaException.ThrowIfError(response.ErrorCode, "Metadata");
        StopAskingForUnknown(response);
        return Put(response, complete: false);
    }

    // A name that somebody tried once must not be asked for again and again, or any names would fill the memory.
    private void StopAskingForUnknown(MetadataResponse response)
    {
        lock (_lock)
            foreach (var topic in response.Topics)
                if (ClusterMetadata.IsNoTopic(topic.ErrorCode) && topic.Name is { } name && !_watched.Contains(name))
                    _wanted.Remove(name);
    }

    /// <summary>Takes over an answer that someone else asked for.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="complete">True when it lists all topics.</param>
    public ClusterMetadata Put(MetadataResponse response, bool complete)
    {
        lock (_lock)
        {
            _version++;
            return _current = _current.Updated(response, complete, options.NowMs);
        }
    }

    /// <summary>Takes over a hint about a newer leader (KIP-951).</summary>
    public void PutLeader(TopicPartition partition, int leaderId, int leaderEpoch, BrokerInfo? endpoint)
    {
        lock (_lock)
            _current = _current.WithLeader(partition, leaderId, leaderEpoch, endpoint);
    }

    /// <summary>Forgets a topic, for example because it was deleted.</summary>
    public void Forget(string topic)
    {
        lock (_lock)
        {
            _wanted.Remove(topic);
            _current = _current.Without(topic);
        }
    }

    /// <summary>Includes topics in every refresh from now on, also while they do not exist.</summary>
    /// <exception cref="KafkaException">There are too many.</exception>
    public void Watch(IReadOnlyCollection<string> topics)
    {
        Want(topics);
        lock (_lock)
            _watched.UnionWith(topics);
    }

    /// <summary>Includes topics in every refresh until one says that they do not exist.</summary>
    /// <exception cref="KafkaException">There are too many.</exception>
    public void Want(IReadOnlyCollection<string> topics)
    {
        lock (_lock)
        {
            if (_wanted.Count + topics.Count > MaxTopics)
                throw new KafkaException(ErrorCode.InvalidRequest, $"this client uses more than {MaxTopics} topics");
            _wanted.UnionWith(topics);
        }
    }
}
