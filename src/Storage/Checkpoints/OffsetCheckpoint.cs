using System.Globalization;
using Platform.Protocol;

namespace Platform.Storage;

/// <summary>
/// A file of one offset per partition of a log directory: <c>recovery-point-offset-checkpoint</c>,
/// <c>log-start-offset-checkpoint</c>, <c>replication-offset-checkpoint</c>. A partition without an entry means 0.
/// </summary>
public sealed class OffsetCheckpoint(IFileSystem files, string path)
{
    /// <summary>Everything below was flushed to disk, so recovery starts here.</summary>
    public const string RecoveryPointFile = "recovery-point-offset-checkpoint";
    /// <summary>First offset that readers may see, kept only where it lies inside of a segment.</summary>
    public const string LogStartFile = "log-start-offset-checkpoint";
    /// <summary>High watermarks.</summary>
    public const string HighWatermarkFile = "replication-offset-checkpoint";
    /// <summary>Up to where logs are compacted; a partition without an entry never was.</summary>
    public const string CleanerFile = "cleaner-offset-checkpoint";

    private readonly Lock _lock = new();

    /// <summary>Replaces the file.</summary>
    public void Write(IReadOnlyCollection<KeyValuePair<TopicPartition, long>> offsets)
    {
        var text = CheckpointText.Format(offsets, static (line, entry) => line.Append(
            CultureInfo.InvariantCulture, $"{entry.Key.Topic} {entry.Key.Partition} {entry.Value}"));
        lock (_lock)
            AtomicFile.Write(files, path, text);
    }

    /// <summary>What the file holds; nothing when there is no file.</summary>
    /// <exception cref="CorruptLogException">The file is malformed.</exception>
    public Dictionary<TopicPartition, long> Read()
    {
        var offsets = new Dictionary<TopicPartition, long>();
        string? text;
        lock (_lock)
            text = AtomicFile.ReadText(files, path);
        if (text is not null)
            CheckpointText.Parse(path, text, line => Accept(line, offsets));
        return offsets;
    }

    private static bool Accept(string line, Dictionary<TopicPartition, long> offsets)
    {
        var words = line.Split(' ');
        if (words.Length != 3 || !CheckpointText.TryNumber(words[1], out var partition) ||
            partition is < 0 or > int.MaxValue || !CheckpointText.TryNumber(words[2], out var offset))
            return false;
        offsets[new TopicPartition(words[0], (int)partition)] = offset;
        return true;
    }
}
