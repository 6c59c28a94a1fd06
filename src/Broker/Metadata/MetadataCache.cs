using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Cluster.Transactions;
using Platform.Protocol;

namespace Platform.Broker.Metadata;

/// <summary>The newest metadata image that this broker has applied, for handlers to look things up in. The image is
/// immutable; a publisher swaps it after the replicas have taken their new roles.</summary>
internal sealed class MetadataCache(string clusterId, int nodeId)
{
    private static readonly SupportedFeature[] Supported =
        [.. Cluster.Metadata.SupportedFeatures.All.Select(f => new SupportedFeature(f.Key, f.Value.Min, f.Value.Max))];

    private MetadataImage _image = MetadataImage.Empty;

    /// <summary>Id of the cluster.</summary>
    public string ClusterId { get; } = clusterId;

    /// <summary>Id of this node.</summary>
    public int NodeId { get; } = nodeId;

    /// <summary>The newest image.</summary>
    public MetadataImage Image
    {
        get => Volatile.Read(ref _image);
        set => Volatile.Write(ref _image, value);
    }

    /// <summary>Features that this software can run at.</summary>
    public IReadOnlyList<SupportedFeature> SupportedFeatures => Supported;

    /// <summary>Levels that the cluster has agreed on.</summary>
    public IEnumerable<KeyValuePair<string, short>> FinalizedFeatures => KRaftLevel() is > 0 and var level
        ? Image.Features.Levels.Append(KeyValuePair.Create(KRaftVersion.FeatureName, level)) : Image.Features.Levels;

    /// <summary>The level of <c>kraft.version</c>, which is not in the image: it is the quorum's.</summary>
    public Func<short> KRaftLevel { get; init; } = static () => 0;

    /// <summary>Level of <c>transaction.version</c>; 0 in clusters that are older than it.</summary>
    public short TransactionLevel => Image.Features.LevelOf(TransactionVersion.FeatureName);

    /// <summary>Moves forward whenever <see cref="FinalizedFeatures"/> may have changed; -1 before the first image.</summary>
    public long FeaturesEpoch => Image.Offset;

    /// <summary>The code for a partition that this broker does not host: unknown, or led elsewhere.</summary>
    public ErrorCode WhyNotHosted(string topic, Uuid topicId, int partition)
    {
        var topics = Image.Topics;
        var found = topicId != Uuid.Zero ? topics.Find(topicId) : topics.Find(topic);
        if (found is null)
            return topicId != Uuid.Zero ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
        return found.Partition(partition) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.NotLeaderOrFollower;
    }
}

/// <summary>A feature and the levels that this software understands (KIP-584).</summary>
internal readonly record struct SupportedFeature(string Name, short MinVersion, short MaxVersion);
