using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>
/// Collects records on top of an image, says what they change, and makes the next image. Confined to one thread.
/// Records are trusted: those that contradict the image mean a broken log and throw.
/// </summary>
public sealed class MetadataDelta(MetadataImage image)
{
    /// <summary>The image before the records.</summary>
    public MetadataImage Image { get; } = image;

    /// <summary>What changes about features.</summary>
    public FeaturesDelta Features { get; } = new(image.Features);

    /// <summary>What changes about brokers and controllers.</summary>
    public ClusterDelta Cluster { get; } = new(image.Cluster);

    /// <summary>What changes about topics.</summary>
    public TopicsDelta Topics { get; } = new(image.Topics);

    /// <summary>What changes about stored settings.</summary>
    public ConfigurationsDelta Configurations { get; } = new(image.Configurations);

    /// <summary>What changes about quotas.</summary>
    public ClientQuotasDelta ClientQuotas { get; } = new(image.ClientQuotas);

    /// <summary>What changes about access rules.</summary>
    public AclsDelta Acls { get; } = new(image.Acls);

    /// <summary>What changes about credentials.</summary>
    public ScramDelta Scram { get; } = new(image.Scram);

    /// <summary>The next producer id, when it changes.</summary>
    public long? NextProducerId { get; private set; }

    /// <summary>True before the first record that changes something.</summary>
    public bool IsEmpty => !Features.HasChanges && !Cluster.HasChanges && !Topics.HasChanges
        && !Configurations.HasChanges && !ClientQuotas.HasChanges && !Acls.HasChanges && !Scram.HasChanges
        && NextProducerId is null;

    /// <summary>Takes a record.</summary>
    /// <exception cref="InvalidMetadataException">It contradicts what is there, or is of a kind that this node cannot
    /// keep.</exception>
    public void Replay(IMetadataRecord record)
    {
        switch (record)
        {
            case RegisterBrokerRecord or UnregisterBrokerRecord or BrokerRegistrationChangeRecord or FenceBrokerRecord
                or UnfenceBrokerRecord or RegisterControllerRecord or UnregisterControllerRecord:
                Cluster.Replay(record);
                break;
            case TopicRecord or PartitionRecord or PartitionChangeRecord or ClearElrRecord:
                Topics.Replay(record);
                break;
            case RemoveTopicRecord removed:
                Configurations.RemoveTopic(Topics.Remove(removed.TopicId));
                break;
            case ConfigRecord config:
                Configurations.Replay(config);
                break;
            case FeatureLevelRecord level:
                Features.Replay(level);
                break;
            case ClientQuotaRecord quota:
                ClientQuotas.Replay(quota);
                break;
            case AccessControlEntryRecord rule:
                Acls.Replay(rule);
                break;
            case RemoveAccessControlEntryRecord rule:
                Acls.Replay(rule);
                break;
            case UserScramCredentialRecord credential:
                Scram.Replay(credential);
                break;
            case RemoveUserScramCredentialRecord credential:
                Scram.Replay(credential);
                break;
            case ProducerIdsRecord producerIds:
                NextProducerId = producerIds.NextProducerId;
                break;
            case NoOpRecord or BeginTransactionRecord or EndTransactionRecord or ZkMigrationStateRecord:
                // Nothing to keep: who reads the log must not publish between the begin and the end of a transaction.
                break;
            default:
                throw new InvalidMetadataException($"{record.GetType().Name} cannot be kept by this version");
        }
    }

    /// <summary>Takes records in their order.</summary>
    public void Replay(IEnumerable<IMetadataRecord> records)
    {
        foreach (var record in records)
            Replay(record);
    }

    /// <summary>The image after the records.</summary>
    /// <param name="offset">Offset of the last record.</param>
    /// <param name="epoch">Epoch of the controller that wrote it.</param>
    public MetadataImage Apply(long offset, int epoch) => new()
    {
        Offset = offset,
        Epoch = epoch,
        Features = Features.Apply(),
        Cluster = Cluster.Apply(),
        Topics = Topics.Apply(),
        Configurations = Configurations.Apply(),
        ClientQuotas = ClientQuotas.Apply(),
        Acls = Acls.Apply(),
        Scram = Scram.Apply(),
        ProducerIds = NextProducerId is { } next ? new ProducerIdsImage(next) : Image.ProducerIds,
    };

    /// <summary>What turns an image into another one, as a node needs it that reads a snapshot instead of the records
    /// that it missed (KIP-630).</summary>
    public static MetadataDelta Between(MetadataImage before, MetadataImage after)
    {
        var delta = new MetadataDelta(before);
        delta.Replay(ImageDifference.Removals(before, after));
        delta.Replay(ImageDifference.Changes(before, after));
        return delta;
    }
}
