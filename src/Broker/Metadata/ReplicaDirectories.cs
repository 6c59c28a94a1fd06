using Platform.Broker.Lifecycle;
using Platform.Broker.Replication;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Metadata;

/// <summary>In which directory of this broker a replica is to be, as the metadata says, and is (KIP-858).</summary>
internal sealed class ReplicaDirectories(int brokerId, AssignmentsManager assignments, ReplicaAlterLogDirsManager moves)
{
    /// <summary>Where the replica is to be; null for anywhere.</summary>
    public Uuid? Wanted(PartitionRegistration registration)
    {
        var directory = registration.DirectoryOf(brokerId);
        return directory == DirectoryId.Unassigned || directory == DirectoryId.Migrating ? null : directory;
    }

    /// <summary>Tells the controller where the replica is, when it does not know. One that moves to where the metadata has it
    /// already only has to arrive.</summary>
    public void Settle(Partition partition, PartitionRegistration registration)
    {
        partition.AssignedDirectory = registration.DirectoryOf(brokerId);
        moves.Resume(partition);
        var directory = partition.Log.LogDirectory.Id;
        if (partition.FutureLog?.LogDirectory.Id == partition.AssignedDirectory)
        {
            assignments.Forget(partition.Id);
            moves.Wake();
        }
        else if (partition.AssignedDirectory == directory)
            assignments.Forget(partition.Id);
        else
            assignments.OnAssignment(partition.Id, directory);
    }

    /// <summary>A log directory went offline: nothing is copied from it or to it.</summary>
    public void OnFailed(LogDirectory directory, Partition partition)
    {
        if (partition.Log.LogDirectory == directory)
            moves.Remove(partition);
        else if (partition.FutureLog?.LogDirectory == directory)
            moves.Cancel(partition, "that log directory is offline");
    }

    /// <summary>The replica is being deleted.</summary>
    public void Leave(Partition partition) => moves.Remove(partition);

    /// <summary>Changes how fast replicas may move between log directories.</summary>
    public void SetThrottle(long bytesPerSecond) => moves.SetThrottle(bytesPerSecond);

    /// <summary>The replica is gone.</summary>
    public void Forget(TopicIdPartition partition) => assignments.Forget(partition);
}
