using Platform.Broker.Metadata;
using Platform.Broker.Replication;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;

namespace Platform.Broker.Apis.Data;

/// <summary>A leader that a client did not know, and where to reach it; no end point when it is not in service.</summary>
internal readonly record struct LeaderHint(int LeaderId, int LeaderEpoch, EndPoint? EndPoint, string? Rack);

/// <summary>Tells clients that came to the wrong broker who leads, so that they need not ask for metadata first
/// (KIP-951).</summary>
internal sealed class LeaderHints(ReplicaManager replicas, MetadataCache metadata)
{
    /// <summary>True for the errors that come with a hint.</summary>
    public static bool Explains(ErrorCode error) =>
        error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch;

    /// <summary>The leader of a partition, by id of its topic where there is one; null when it has none.</summary>
    public LeaderHint? Find(string topic, Uuid topicId, int partition, string listenerName)
    {
        var image = metadata.Image;
        var registration = (topicId != Uuid.Zero ? image.Topics.Find(topicId) : image.Topics.Find(topic))?.Partition(partition);
        var hosted = topicId != Uuid.Zero
            ? replicas.Find(topicId, partition)
            : replicas.Find(new TopicPartition(topic, partition));
        // Partitions learn of a new leader before the image is shown.
        var (id, epoch) = hosted is not null && hosted.LeaderEpoch >= (registration?.LeaderEpoch ?? -1)
            ? (hosted.LeaderId, hosted.LeaderEpoch)
            : (registration?.Leader ?? PartitionRegistration.NoLeader, registration?.LeaderEpoch ?? -1);
        if (id < 0)
            return null;
        var broker = image.Cluster.Broker(id);
        var endPoint = broker is { Fenced: false } ? broker.EndPointOf(listenerName) : null;
        return new LeaderHint(id, epoch, endPoint, broker?.Rack);
    }
}
