using Platform.Protocol;

namespace Platform.Storage;

/// <summary><c>partition.metadata</c>: which incarnation of the topic a partition's directory belongs to
/// (KIP-516).</summary>
internal static class PartitionMetadataFile
{
    internal const string FileName = "partition.metadata";
    private const string FirstLine = "version: 0\n";
    private const string SecondLine = "topic_id: ";
    private const int IdLetters = 22;

    /// <summary>Not flushed: the first flush of the log calls <see cref="Flush"/>, and until then there is no data that
    /// could end up under a wrong topic.</summary>
    internal static void Write(IFileSystem files, string directory, Uuid topicId, bool flush = false) =>
        AtomicFile.Write(files, Path.Combine(directory, FileName), $"{FirstLine}{SecondLine}{topicId}", flush);

    /// <summary>Makes the content survive a power cut; the caller flushes the directory.</summary>
    internal static void Flush(IFileSystem files, string directory)
    {
        using var file = files.OpenFile(Path.Combine(directory, FileName), FileOpening.Existing);
        file.Flush();
    }

    /// <summary>The topic's id; null when there is no file, or only a part of one, which a power cut left.</summary>
    internal static Uuid? Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (AtomicFile.ReadText(files, path) is not { } text || IsTorn(text))
            return null;
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length != 2 || lines[0] != FirstLine.Trim() ||
            !lines[1].StartsWith(SecondLine, StringComparison.Ordinal))
            throw new CorruptLogException(path, "expected the two lines 'version: 0' and 'topic_id: <id>'");
        return Uuid.TryParse(lines[1][SecondLine.Length..], out var topicId) && topicId != Uuid.Zero
            ? topicId
            : throw new CorruptLogException(path, $"'{lines[1]}' holds no topic id");
    }

    private static bool IsTorn(string text) => text.Length == 0 || text[0] == 0 ||
        text.Length < FirstLine.Length + SecondLine.Length + IdLetters &&
        (FirstLine + SecondLine).StartsWith(text[..Math.Min(text.Length, FirstLine.Length + SecondLine.Length)],
            StringComparison.Ordinal);
}
