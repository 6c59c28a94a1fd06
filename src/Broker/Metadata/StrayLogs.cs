using Microsoft.Extensions.Logging;
using Platform.Broker.Replication;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Metadata;

/// <summary>Logs whose partitions were deleted or moved away while this node was down. Kafka's rule: they are renamed, so that
/// nothing hosts them and nothing is lost, and an operator may look at them and delete them.</summary>
internal static class StrayLogs
{
    /// <summary>Sets them aside.</summary>
    /// <param name="brokerId">This broker.</param>
    /// <param name="logs">Its logs.</param>
    /// <param name="image">Metadata that is at least as new as every log: with older metadata, new logs look stray.</param>
    /// <param name="logger">Is told of each.</param>
    public static void SetAside(int brokerId, LogManager logs, MetadataImage image, ILogger logger)
    {
        foreach (var log in logs.Logs.Where(log => log.LogDirectory.Failure is null && IsStray(log, brokerId, image)).ToList())
        {
            var path = log.DirectoryPath;
            try
            {
                if (logs.MarkStray(log.TopicPartition))
                    logger.StrayLog(log.TopicPartition, log.TopicId, path, log.DirectoryPath);
            }
            catch (IOException error)
            {
                logger.RoleFailed(error, log.TopicPartition);
            }
        }
    }

    private static bool IsStray(UnifiedLog log, int brokerId, MetadataImage image)
    {
        // The log of the metadata is no partition of it.
        if (log.TopicPartition.Topic == InternalTopics.ClusterMetadata)
            return false;
        var topic = log.TopicId == Uuid.Zero
            ? image.Topics.Find(log.TopicPartition.Topic)
            : image.Topics.Find(log.TopicId);
        return topic?.Partition(log.TopicPartition.Partition)?.Replicas.Contains(brokerId) != true;
    }
}
