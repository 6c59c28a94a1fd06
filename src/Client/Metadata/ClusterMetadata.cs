using System.Collections.Frozen;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Metadata;

/// <summary>An immutable picture of the cluster: its brokers and the topics that the client asked for.</summary>
public sealed class ClusterMetadata
{
    private readonly FrozenDictionary<Uuid, string> _namesById;

    internal ClusterMetadata(
        string? clusterId, int controllerId, IReadOnlyDictionary<int, BrokerInfo> brokers,
        IReadOnlyDictionary<string, TopicMetadata> topics, long updatedMs)
    {
        ClusterId = clusterId;
        ControllerId = controllerId;
        Brokers = brokers;
        Topics = topics;
        UpdatedMs = updatedMs;
        _namesById = topics.Values.Where(topic => topic.Id != Uuid.Zero)
            .DistinctBy(topic => topic.Id).ToFrozenDictionary(topic => topic.Id, topic => topic.Name);
    }

    internal static ClusterMetadata Empty { get; } =
        new(null, -1, new Dictionary<int, BrokerInfo>(), new Dictionary<string, TopicMetadata>(), long.MinValue);

    /// <summary>The cluster's id; null before the first answer.</summary>
    public string? ClusterId { get; }

    /// <summary>Broker to send administrative requests to, or -1.</summary>
    public int ControllerId { get; }

    /// <summary>Live brokers by id.</summary>
    public IReadOnlyDictionary<int, BrokerInfo> Brokers { get; }

    /// <summary>Topics by name, those with errors included.</summary>
    public IReadOnlyDictionary<string, TopicMetadata> Topics { get; }

    /// <summary>When the picture was taken, in ms since 1970.</summary>
    public long UpdatedMs { get; }

    /// <summary>The partition, or null when it is not known.</summary>
    public PartitionMetadata? Partition(TopicPartition partition) =>
        Topics.TryGetValue(partition.Topic, out var topic) ? topic.Partition(partition.Partition) : null;

    /// <summary>The broker that leads the partition, or null when there is none or it is not known.</summary>
    public BrokerInfo? LeaderOf(TopicPartition partition) =>
        Partition(partition) is { } known && Brokers.TryGetValue(known.LeaderId, out var leader) ? leader : null;

    /// <summary>The id of a topic, or zero.</summary>
    public Uuid TopicId(string topic) => Topics.TryGetValue(topic, out var known) ? known.Id : Uuid.Zero;

    /// <summary>The name of a topic id, or null.</summary>
    public string? TopicName(Uuid id) => _namesById.GetValueOrDefault(id);

    /// <summary>
    /// This picture with what <paramref name="response"/> says put over it. A broker that lags behind cannot take a
    /// partition back to an older leader epoch (KIP-320).
    /// </summary>
    /// <param name="response">The answer.</param>
    /// <param name="complete">True when the answer lists all topics, so that others are gone.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    internal ClusterMetadata Updated(MetadataResponse response, bool complete, long nowMs)
    {
        var kept = complete ? [] : Topics.Where(topic => !IsNoTopic(topic.Value.Error));
        var topics = new Dictionary<string, TopicMetadata>(kept);
        foreach (var topic in response.Topics)
            if (topic.Name is { } name)
                topics[name] = MetadataParser.Topic(topic, Topics.GetValueOrDefault(name));
        var brokers = response.Brokers.ToFrozenDictionary(broker => broker.NodeId, MetadataParser.Broker);
        return new ClusterMetadata(response.ClusterId, response.ControllerId, brokers, topics.ToFrozenDictionary(),
            nowMs);
    }

    /// <summary>True when an answer means that there is no such topic.</summary>
    internal static bool IsNoTopic(ErrorCode error) =>
        error is ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidTopicException;

    /// <summary>This picture with a newer leader of one partition, as a broker hinted (KIP-951).</summary>
    internal ClusterMetadata WithLeader(TopicPartition partition, int leaderId, int leaderEpoch, BrokerInfo? endpoint)
    {
        if (Partition(partition) is not { } known || leaderEpoch <= known.LeaderEpoch)
            return this;
        var old = Topics[partition.Topic];
        var moved = known with { LeaderId = leaderId, LeaderEpoch = leaderEpoch, Error = ErrorCode.None };
        var partitions = old.Partitions.Select(other => other.Index == known.Index ? moved : other);
        var topic = old with { Partitions = [.. partitions] };
        var topics = new Dictionary<string, TopicMetadata>(Topics) { [topic.Name] = topic };
        var brokers = new Dictionary<int, BrokerInfo>(Brokers);
        if (endpoint is not null)
            brokers[endpoint.Id] = endpoint;
        return new ClusterMetadata(ClusterId, ControllerId, brokers, topics, UpdatedMs);
    }

    internal ClusterMetadata Without(string topic)
    {
        var topics = Topics.Where(other => other.Key != topic).ToFrozenDictionary();
        return new ClusterMetadata(ClusterId, ControllerId, Brokers, topics, UpdatedMs);
    }
}
