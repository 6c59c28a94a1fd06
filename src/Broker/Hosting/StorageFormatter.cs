using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>Gives log directories their identity, as kafka-storage.sh format does.</summary>
public static class StorageFormatter
{
    /// <summary>Formats every directory that is not yet.</summary>
    /// <returns>The directories that were formatted now.</returns>
    /// <exception cref="LogDirectoryException">A directory belongs to another cluster or node.</exception>
    public static IReadOnlyList<string> Format(IFileSystem files, NodeConfig node, string clusterId)
    {
        var formatted = new List<string>();
        foreach (var directory in Directories(node))
        {
            if (MetaProperties.Read(files, directory) is { } found)
            {
                Check(found, directory, node, clusterId);
                continue;
            }
            new MetaProperties(clusterId, node.Id, Uuid.Random()).Write(files, directory);
            formatted.Add(directory);
        }
        return formatted;
    }

    /// <summary>The cluster id that the directories carry, or null when none is formatted.</summary>
    public static string? ClusterIdOf(IFileSystem files, NodeConfig node) =>
        Directories(node).Select(directory => MetaProperties.Read(files, directory)?.ClusterId).FirstOrDefault(id => id is not null);

    /// <summary>Every directory of a node as a full path, that of the metadata log included.</summary>
    public static IReadOnlyList<string> Directories(NodeConfig node) =>
        [.. node.LogDirs.Append(node.MetadataLogDir).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];

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
