using Platform.Protocol;

namespace Platform.Storage;

/// <summary>An offset checkpoint as it was read at start, and its file.</summary>
internal sealed class OffsetTable
{
    private static readonly Comparer<KeyValuePair<TopicPartition, long>> ByPartition =
        Comparer<KeyValuePair<TopicPartition, long>>.Create(static (a, b) => a.Key.CompareTo(b.Key));

    private readonly OffsetCheckpoint _file;
    private readonly Dictionary<TopicPartition, long> _offsets;
    private readonly Lock _lock = new();
    private List<KeyValuePair<TopicPartition, long>>? _written;

    internal OffsetTable(IFileSystem files, string directory, string name)
    {
        _file = new OffsetCheckpoint(files, Path.Combine(directory, name));
        IsDamaged = !TryRead(out _offsets);
    }

    /// <summary>The file could not be read; all offsets are 0.</summary>
    internal bool IsDamaged { get; }

    internal long At(TopicPartition partition)
    {
        lock (_lock)
            return _offsets.GetValueOrDefault(partition);
    }

    /// <summary>The offset of a partition; null when it has none. Of a damaged file, all have.</summary>
    internal long? Find(TopicPartition partition)
    {
        lock (_lock)
            return _offsets.TryGetValue(partition, out var offset) ? offset : IsDamaged ? 0 : null;
    }

    /// <summary>True when the file has a line of the partition.</summary>
    internal bool IsOnDisk(TopicPartition partition)
    {
        lock (_lock)
            return _written is null
                ? _offsets.ContainsKey(partition)
                : _written.BinarySearch(KeyValuePair.Create(partition, 0L), ByPartition) >= 0;
    }

    internal void Forget(TopicPartition partition)
    {
        lock (_lock)
            _offsets.Remove(partition);
    }

    /// <summary>Replaces the file, unless it says the same already.</summary>
    internal void Write(LogDirectory directory, List<KeyValuePair<TopicPartition, long>> offsets)
    {
        lock (_lock)
        {
            if (_written is not null && _written.SequenceEqual(offsets))
                return;
            try
            {
                _file.Write(offsets);
                _written = offsets;
            }
            catch (DiskFullException full)
            {
                ReportFull(directory, full);
            }
            catch (IOException error)
            {
                directory.Fail("Writing a checkpoint failed", error);
            }
        }
    }

    // The old file stands, which only makes recovery longer; the next round tries again.
    private static void ReportFull(LogDirectory directory, DiskFullException full)
    {
        try
        {
            directory.ReportFull(full, LogDirectory.NoTime);
        }
        catch (KafkaStorageException)
        {
            return;     // the directory is offline now, and its event has told
        }
    }

    private bool TryRead(out Dictionary<TopicPartition, long> offsets)
    {
        try
        {
            offsets = _file.Read();
            return true;
        }
        catch (CorruptLogException)
        {
            offsets = [];
            return false;
        }
    }
}
