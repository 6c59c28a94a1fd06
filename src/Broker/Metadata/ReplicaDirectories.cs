using Platform.Broker.Lifecycle;
using Platform.Broker.Replication;
using Platform.Cluster.Metadata;
using Platform.Protocol;

namespace Platform.Broker.Metadata;

/// <summary>In which directory of this broker a replica is to be, as the metadata says, and is (KIP-858).</summary>
internal sealed class ReplicaDirectories(int brokerId, AssignmentsManager assignments)
{
    /// <summary>Where the replica is to be; null for anywhere.</summary>
    public Uuid? Wanted(PartitionRegistration registration)
    {
        var directory = registration.DirectoryOf(brokerId);
        return directory == DirectoryId.Unassigned || directory == DirectoryId.Migrating ? null : directory;
    }

    /// <summary>Tells the controller where the replica is, when it does not know.</summary>
    public void Settle(Partition partition, PartitionRegistration registration)
    {
        var directory = partition.Log.LogDirectory.Id;
        if (registration.DirectoryOf(brokerId) == directory)
            assignments.Forget(partition.Id);
        else
            assignments.OnAssignment(partition.Id, directory);
    }

    /// <summary>The replica is gone.</summary>
    public void Forget(TopicIdPartition partition) => assignments.Forget(partition);
}
