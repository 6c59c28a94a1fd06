using Platform.Protocol;

namespace Platform.Storage;

/// <summary><c>partition.metadata</c>: which incarnation of the topic a partition's directory belongs to
/// (KIP-516).</summary>
internal static class PartitionMetadataFile
{
    internal const string FileName = "partition.metadata";

    /// <summary>Not flushed: the first flush of the log flushes its directory, and until then there is no data that
    /// could end up under a wrong topic.</summary>
    internal static void Write(IFileSystem files, string directory, Uuid topicId, bool flush = false) =>
        AtomicFile.Write(files, Path.Combine(directory, FileName), $"version: 0\ntopic_id: {topicId}", flush);

    /// <summary>The topic's id; null when there is no file, or one without content that a power cut left.</summary>
    internal static Uuid? Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (AtomicFile.ReadText(files, path) is not { Length: > 0 } text || text[0] == 0)
            return null;
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length != 2 || lines[0] != "version: 0" ||
            !lines[1].StartsWith("topic_id: ", StringComparison.Ordinal))
            throw new CorruptLogException(path, "expected the two lines 'version: 0' and 'topic_id: <id>'");
        return Uuid.TryParse(lines[1]["topic_id: ".Length..], out var topicId) && topicId != Uuid.Zero
            ? topicId
            : throw new CorruptLogException(path, $"'{lines[1]}' holds no topic id");
    }
}
