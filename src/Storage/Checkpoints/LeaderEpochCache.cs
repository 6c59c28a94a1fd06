using System.Globalization;

namespace Platform.Storage;

/// <summary>The first offset of a leader's epoch.</summary>
/// <param name="Epoch">Epoch of the leader.</param>
/// <param name="StartOffset">First offset written in it.</param>
internal readonly record struct EpochEntry(int Epoch, long StartOffset);

/// <summary>
/// Which leader epoch began at which offset (KIP-101), kept in <c>leader-epoch-checkpoint</c>. Both numbers grow from
/// entry to entry. The file is written when the log is flushed or closed; a crash before that loses nothing that
/// recovery does not find again in the batches.
/// </summary>
internal sealed class LeaderEpochCache(IFileSystem files, string directory)
{
    internal const string FileName = "leader-epoch-checkpoint";
    private readonly Lock _lock = new();
    private readonly List<EpochEntry> _entries = [];
    private string _path = Path.Combine(directory, FileName);
    private bool _dirty;

    /// <summary>The newest epoch; -1 when none is known.</summary>
    internal int LatestEpoch
    {
        get
        {
            lock (_lock)
                return _entries.Count == 0 ? -1 : _entries[^1].Epoch;
        }
    }

    internal IReadOnlyList<EpochEntry> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    /// <summary>Reads the file.</summary>
    internal void Load()
    {
        if (AtomicFile.ReadText(files, _path) is not { Length: > 0 } text)
            return;
        foreach (var entry in Parse(_path, text))
            Assign(entry.Epoch, entry.StartOffset);
        _dirty = false;
    }

    /// <summary>Reads the text of such a file.</summary>
    /// <exception cref="CorruptLogException">It is none.</exception>
    internal static List<EpochEntry> Parse(string path, string text)
    {
        var entries = new List<EpochEntry>();
        CheckpointText.Parse(path, text, line =>
        {
            var words = line.Split(' ');
            if (words.Length != 2 || !CheckpointText.TryNumber(words[0], out var epoch) ||
                epoch is < 0 or > int.MaxValue || !CheckpointText.TryNumber(words[1], out var offset))
                return false;
            entries.Add(new EpochEntry((int)epoch, offset));
            return true;
        });
        return entries;
    }

    /// <summary>Notes that <paramref name="epoch"/> begins at <paramref name="startOffset"/>, unless it is known.
    /// Entries that contradict it, with the same or a later offset, are dropped.</summary>
    internal void Assign(int epoch, long startOffset)
    {
        if (epoch < 0)
            return;
        lock (_lock)
        {
            if (_entries.Count > 0 && epoch == _entries[^1].Epoch && startOffset >= _entries[^1].StartOffset)
                return;
            if (IsWithin(epoch, startOffset))
                return;
            _entries.RemoveAll(entry => entry.Epoch >= epoch || entry.StartOffset >= startOffset);
            _entries.Add(new EpochEntry(epoch, startOffset));
            _dirty = true;
        }
    }

    // Recovery reads batches of epochs that are known already. Their first batches may lie before what it reads, and in a
    // tiered log before every local segment: the entry says more than the batch.
    private bool IsWithin(int epoch, long offset)
    {
        var index = _entries.FindIndex(entry => entry.Epoch == epoch);
        return index >= 0 && index + 1 < _entries.Count && _entries[index].StartOffset <= offset
            && offset < _entries[index + 1].StartOffset;
    }

    /// <summary>The largest epoch that is at most <paramref name="epoch"/>, and where it ends: where the next begins,
    /// or the end of the log. (-1, -1) when it is newer than all known ones.</summary>
    internal (int Epoch, long EndOffset) EndOffsetFor(int epoch, long logEndOffset)
    {
        lock (_lock)
        {
            // Of an epoch newer than all of ours we cannot tell where it ends.
            if (epoch < 0 || _entries.Count == 0 || epoch > _entries[^1].Epoch)
                return (-1, -1);
            // Of one older than all of ours nothing is left: it ended at or before the first that we know.
            if (epoch < _entries[0].Epoch)
                return (epoch, _entries[0].StartOffset);
            var index = _entries.FindLastIndex(entry => entry.Epoch <= epoch);
            return (_entries[index].Epoch, index + 1 < _entries.Count ? _entries[index + 1].StartOffset : logEndOffset);
        }
    }

    /// <summary>The epoch that wrote an offset; null when it is not known.</summary>
    internal int? EpochForOffset(long offset)
    {
        lock (_lock)
        {
            var index = _entries.FindLastIndex(entry => entry.StartOffset <= offset);
            return index < 0 ? null : _entries[index].Epoch;
        }
    }

    /// <summary>The log was cut: drops epochs that begin at or behind its new end.</summary>
    internal void TruncateFromEnd(long endOffset)
    {
        lock (_lock)
            _dirty |= _entries.RemoveAll(entry => entry.StartOffset >= endOffset) > 0;
    }

    /// <summary>The log begins later: drops epochs that end before, and moves the one that spans the new
    /// begin.</summary>
    internal void TruncateFromStart(long startOffset)
    {
        lock (_lock)
        {
            var index = _entries.FindLastIndex(entry => entry.StartOffset <= startOffset);
            if (index < 0 || _entries[index].StartOffset == startOffset && index == 0)
                return;
            _entries[index] = _entries[index] with { StartOffset = startOffset };
            _entries.RemoveRange(0, index);
            _dirty = true;
        }
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _dirty |= _entries.Count > 0;
            _entries.Clear();
        }
    }

    /// <summary>Writes the file when something changed.</summary>
    internal void Write(bool flush)
    {
        string text;
        lock (_lock)
        {
            if (!_dirty)
                return;
            _dirty = false;
            text = CheckpointText.Format(_entries, static (line, entry) =>
                line.Append(CultureInfo.InvariantCulture, $"{entry.Epoch} {entry.StartOffset}"));
        }
        AtomicFile.Write(files, _path, text, flush);
    }

    /// <summary>The directory has been renamed.</summary>
    internal void MovedTo(string directory) => _path = Path.Combine(directory, FileName);
}
