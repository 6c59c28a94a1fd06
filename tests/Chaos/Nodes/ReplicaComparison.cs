using Platform.Chaos.History;
using Platform.Protocol.Records;

namespace Platform.Chaos.Nodes;

/// <summary>I12: when all is quiet and all replicas are in sync, their files hold the same bytes. Looked at with the nodes
/// stopped.</summary>
public static class ReplicaComparison
{
    /// <summary>Compares the logs of all partitions, and the metadata log; records what differs. Returns the number of
    /// batches that were compared.</summary>
    public static int Run(ChaosCluster cluster, Recorder recorder)
    {
        var replicas = cluster.Nodes
            .SelectMany(node => FoldersOf(node.Disk).Select(folder => (node.Id, Folder: folder)))
            .Where(replica => !Path.GetFileName(replica.Folder).EndsWith("-delete", StringComparison.Ordinal))
            .ToLookup(replica => Path.GetFileName(replica.Folder));
        return replicas.Where(copies => copies.Key.Contains('-') && !IsCompacted(copies.Key) && copies.Count() > 1)
            .Sum(copies => Compare(copies.Key, copies.Select(copy => (copy.Id, Read(copy.Folder))).ToList(), recorder));
    }

    private static IEnumerable<string> FoldersOf(NodeDisk disk) =>
        new[] { disk.LogDir, disk.SecondLogDir }.Where(Directory.Exists).SelectMany(Directory.GetDirectories);

    // Each replica compacts for itself.
    private static bool IsCompacted(string folder) =>
        folder.StartsWith("__consumer_offsets", StringComparison.Ordinal) || folder.StartsWith("__transaction_state", StringComparison.Ordinal);

    private static int Compare(string name, List<(int Node, SortedDictionary<long, byte[]> Batches)> copies, Recorder recorder)
    {
        // Retention and snapshots may have cut the beginning of one before that of another; the end of the metadata log is
        // still moving while its nodes stop.
        var filled = copies.Where(copy => copy.Batches.Count > 0).ToList();
        if (filled.Count < 2)
            return 0;
        var start = filled.Max(copy => copy.Batches.Keys.First());
        var end = name.StartsWith("__cluster_metadata", StringComparison.Ordinal)
            ? filled.Min(copy => copy.Batches.Keys.Last())
            : filled.Max(copy => copy.Batches.Keys.Last());
        var (first, others) = (filled[0], filled.Skip(1));
        var compared = 0;
        foreach (var other in others)
            foreach (var offset in first.Batches.Keys.Union(other.Batches.Keys).Where(offset => offset >= start && offset <= end))
            {
                compared++;
                if (Differs(first.Batches, other.Batches, offset) is not { } how)
                    continue;
                recorder.Add(new Failure("replicas", $"{name} of the nodes {first.Node} and {other.Node}: {how} at offset {offset}"));
                break;
            }
        return compared;
    }

    private static string? Differs(SortedDictionary<long, byte[]> one, SortedDictionary<long, byte[]> other, long offset) =>
        (one.GetValueOrDefault(offset), other.GetValueOrDefault(offset)) switch
        {
            (null, _) => "the first has no batch",
            (_, null) => "the second has no batch",
            var (a, b) => a.AsSpan().SequenceEqual(b) ? null : "the bytes differ",
        };

    private static SortedDictionary<long, byte[]> Read(string folder)
    {
        var batches = new SortedDictionary<long, byte[]>();
        foreach (var file in Directory.GetFiles(folder, "*.log").Order(StringComparer.Ordinal))
            foreach (var batch in RecordBatches.In(File.ReadAllBytes(file)))
                batches[batch.Header.BaseOffset] = batch.Bytes.ToArray();
        return batches;
    }
}
