using System.Collections.Concurrent;
using System.Globalization;
using Platform.Broker.Metadata;
using Platform.Broker.Tiering;
using Platform.Client;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>Creates <c>__consumer_offsets</c>, <c>__transaction_state</c> and <c>__remote_log_metadata</c> as their
/// settings say.</summary>
/// <param name="config">The node's settings.</param>
/// <param name="image">The newest metadata.</param>
/// <param name="create">As <see cref="AutoTopicCreation.CreateInternalAsync"/>.</param>
internal sealed class InternalTopicCreation(
    BrokerConfig config,
    Func<MetadataImage> image,
    Func<CreateTopicsRequest.CreatableTopic, ValueTask<ErrorCode>> create) : IInternalTopics
{
    // Many clients start at once; one request is enough for all of them.
    private readonly ConcurrentDictionary<string, Lazy<Task<ErrorCode>>> _underWay = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<ErrorCode> EnsureCreatedAsync(string topic)
    {
        if (image().Topics.Find(topic) is not null)
            return ErrorCode.None;
        if (TopicFor(topic) is not { } wanted)
            return ErrorCode.InvalidTopicException;
        var creation = _underWay.GetOrAdd(topic, _ => new Lazy<Task<ErrorCode>>(() => create(wanted).AsTask()));
        try
        {
            return await creation.Value;
        }
        catch (KafkaException error)
        {
            // No controller at the moment: the client asks again.
            return error.Code;
        }
        finally
        {
            _underWay.TryRemove(new KeyValuePair<string, Lazy<Task<ErrorCode>>>(topic, creation));
        }
    }

    private CreateTopicsRequest.CreatableTopic? TopicFor(string topic) => topic switch
    {
        GroupCoordinator.Topic => OffsetsTopic(),
        TransactionCoordinator.Topic => TransactionTopic(),
        RemoteLogMetadataManager.Topic => RemoteLogMetadataTopic(),
        _ => null,
    };

    private CreateTopicsRequest.CreatableTopic TransactionTopic() => new()
    {
        Name = TransactionCoordinator.Topic,
        NumPartitions = config[BrokerConfigs.TransactionStateLogNumPartitions],
        ReplicationFactor = ReplicationFactor(BrokerConfigs.TransactionStateLogReplicationFactor),
        Configs =
        [
            Config("cleanup.policy", "compact"),
            Config("compression.type", "uncompressed"),
            Config("unclean.leader.election.enable", "false"),
            Config("min.insync.replicas", Text(config[BrokerConfigs.TransactionStateLogMinIsr])),
            Config("segment.bytes", Text(config[BrokerConfigs.TransactionStateLogSegmentBytes])),
        ],
    };

    private CreateTopicsRequest.CreatableTopic RemoteLogMetadataTopic() => new()
    {
        Name = RemoteLogMetadataManager.Topic,
        NumPartitions = config[BrokerConfigs.RemoteLogMetadataTopicNumPartitions],
        ReplicationFactor = ReplicationFactor(BrokerConfigs.RemoteLogMetadataTopicReplicationFactor),
        Configs =
        [
            Config("cleanup.policy", "delete"),
            Config("retention.ms", config[BrokerConfigs.RemoteLogMetadataTopicRetentionMs]
                .ToString(CultureInfo.InvariantCulture)),
            Config("remote.storage.enable", "false"),
        ],
    };

    private CreateTopicsRequest.CreatableTopic OffsetsTopic() => new()
    {
        Name = GroupCoordinator.Topic,
        NumPartitions = config[BrokerConfigs.OffsetsTopicNumPartitions],
        ReplicationFactor = ReplicationFactor(BrokerConfigs.OffsetsTopicReplicationFactor),
        Configs =
        [
            Config("cleanup.policy", "compact"),
            Config("compression.type", "producer"),
            Config("segment.bytes", Text(config[BrokerConfigs.OffsetsTopicSegmentBytes])),
        ],
    };

    // Kafka's default of three makes groups impossible on a small cluster until somebody finds the setting. Whoever
    // sets it means it; the default yields to the brokers that there are.
    private short ReplicationFactor(ConfigKey<short> key)
    {
        var wanted = config[key];
        var isSet = config.EntriesFor(key).First().Source != ConfigSource.Default;
        var alive = image().Cluster.UnfencedBrokers.Count();
        return (short)(isSet ? wanted : Math.Clamp(alive, 1, wanted));
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static CreateTopicsRequest.CreatableTopicConfig Config(string name, string value) =>
        new() { Name = name, Value = value };
}
