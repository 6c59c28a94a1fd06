using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>Log directories of a broker that went offline (KIP-858): for the partitions that they hold, and for no others,
/// it is as if the broker had failed.</summary>
internal static class OfflineDirectories
{
    /// <summary>What follows from a heartbeat that names them.</summary>
    public static IReadOnlyList<IMetadataRecord> Handle(
        ControllerContext controller, BrokerRegistration broker, IReadOnlyList<Uuid> offline)
    {
        var failed = broker.LogDirs.Intersect(offline).ToHashSet();
        return failed.Count == 0 ? [] :
        [
            new BrokerRegistrationChangeRecord
            {
                BrokerId = broker.Id,
                BrokerEpoch = broker.Epoch,
                LogDirs = [.. broker.LogDirs.Except(offline)],
            },
            .. PartitionChanges.WithoutReplicas(controller, broker.Id, (_, partition) =>
                failed.Contains(partition.DirectoryOf(broker.Id))),
        ];
    }
}
