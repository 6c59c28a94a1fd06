using Platform.Broker.Quorum;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>Gives log directories their identity, as kafka-storage.sh format does.</summary>
public static class StorageFormatter
{
    /// <summary>Formats every directory that is not yet.</summary>
    /// <returns>The directories that were formatted now.</returns>
    /// <exception cref="LogDirectoryException">A directory belongs to another cluster or node.</exception>
    /// <param name="files">The disk.</param>
    /// <param name="node">The node.</param>
    /// <param name="clusterId">Id of the cluster.</param>
    /// <param name="metadataDirectoryId">Id that the directory of the metadata log gets; a new one when not given.</param>
    public static IReadOnlyList<string> Format(
        IFileSystem files, NodeConfig node, string clusterId, Uuid? metadataDirectoryId = null)
    {
        var formatted = new List<string>();
        foreach (var directory in Directories(node))
        {
            var wanted = directory == Path.GetFullPath(node.MetadataLogDir) ? metadataDirectoryId : null;
            if (IsBroken(files, directory))
                continue;
            if (MetaProperties.Read(files, directory) is { } found)
            {
                Check(found, directory, node, clusterId);
                if (wanted is not null && found.DirectoryId != wanted)
                    throw new LogDirectoryException($"{directory} has the id {found.DirectoryId} already, but "
                        + $"--initial-controllers gives it {wanted}; use that id, or another directory");
                continue;
            }
            new MetaProperties(clusterId, node.Id, wanted ?? Uuid.Random()).Write(files, directory);
            formatted.Add(directory);
        }
        return formatted;
    }

    /// <summary>Notes the first voters of a quorum whose voters may change (KIP-853), where the node finds them when it
    /// starts for the first time.</summary>
    public static void WriteInitialVoters(IFileSystem files, NodeConfig node, VoterSet voters)
    {
        var directory = Path.Combine(Path.GetFullPath(node.MetadataLogDir), $"{MetadataPartition.TopicPartition}");
        files.CreateDirectory(directory);
        var store = new SnapshotStore(files, directory);
        var position = 0L;
        foreach (var batch in SnapshotFormat.Write(MetadataImage.Empty with { Epoch = 0 }, lastTimestampMs: 0, voters))
        {
            store.WritePart(SnapshotStore.Bootstrap, position, batch);
            position += batch.Length;
        }
        store.Finish(SnapshotStore.Bootstrap);
    }

    /// <summary>True when the node was formatted with voters, or has been in a quorum before.</summary>
    public static bool KnowsVoters(IFileSystem files, NodeConfig node)
    {
        var directory = Path.Combine(Path.GetFullPath(node.MetadataLogDir), $"{MetadataPartition.TopicPartition}");
        return files.DirectoryExists(directory) && (files.FileExists(Path.Combine(directory, QuorumStateFile.FileName))
            || new SnapshotStore(files, directory).ReadVoters(SnapshotStore.Bootstrap) is not null);
    }

    /// <summary>The voter that a formatted controller is.</summary>
    /// <exception cref="LogDirectoryException">The node is no controller, or its listener has no port.</exception>
    public static Voter VoterOf(IFileSystem files, BrokerConfig config)
    {
        var directory = Path.GetFullPath(config.Node.MetadataLogDir);
        if (MetaProperties.Read(files, directory) is not { } formatted)
            throw new LogDirectoryException($"{directory} is not formatted; run platform storage format first");
        return QuorumSetup.AddressOf(config, new ReplicaKey(config.Node.Id, formatted.DirectoryId))
            ?? throw new LogDirectoryException($"node {config.Node.Id} has no controller listener with a port; set "
                + "listeners and controller.listener.names, with controller in process.roles");
    }

    /// <summary>The cluster id that the directories carry, or null when none is formatted.</summary>
    public static string? ClusterIdOf(IFileSystem files, NodeConfig node) =>
        Directories(node).Select(directory => MetaProperties.Read(files, directory)?.ClusterId).FirstOrDefault(id => id is not null);

    /// <summary>The cluster id that the directory of the metadata carries, or null when it is not formatted.</summary>
    public static string? ClusterIdOfMetadata(IFileSystem files, NodeConfig node) =>
        Path.GetFullPath(node.MetadataLogDir) is var path && !IsBroken(files, path)
            ? MetaProperties.Read(files, path)?.ClusterId : null;

    /// <summary>Every directory of a node as a full path, that of the metadata log included.</summary>
    public static IReadOnlyList<string> Directories(NodeConfig node) =>
        [.. node.LogDirs.Append(node.MetadataLogDir).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];

    // Whether the others can do without it is known when logs are opened.
    private static bool IsBroken(IFileSystem files, string directory)
    {
        try
        {
            _ = MetaProperties.Read(files, directory);
            return false;
        }
        catch (IOException error) when (error is not LogDirectoryException)
        {
            return true;
        }
    }

    private static void Check(MetaProperties found, string directory, NodeConfig node, string clusterId)
    {
        if (found.ClusterId != clusterId)
            throw new LogDirectoryException(
                $"{directory} belongs to the cluster {found.ClusterId}, but this node is to join {clusterId}. "
                + "Point log.dirs at another directory, or set CLUSTER_ID to the directory's cluster");
        if (found.NodeId != node.Id)
            throw new LogDirectoryException(
                $"{directory} belongs to node {found.NodeId}, but node.id is {node.Id}. "
                + "Every node needs directories of its own: change log.dirs or node.id");
    }
}
