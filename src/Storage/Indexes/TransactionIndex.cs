using System.Buffers.Binary;

namespace Platform.Storage;

/// <summary>
/// <c>.txnindex</c>: the transactions that were aborted by a marker in this segment, in the order of the markers.
/// Kafka's layout: version int16, producer id, first offset, last offset and last stable offset, each int64. There is
/// no file as long as nothing was aborted. New entries are in memory until the segment is flushed; after a crash they
/// are found again in the log.
/// </summary>
internal sealed class TransactionIndex(IFileSystem files, string path, long fileLength)
{
    internal const int EntrySize = 34;
    private const short Version = 0;

    private readonly Lock _lock = new();
    private readonly List<AbortedTransaction> _entries = [];
    private string _path = path;
    private bool _loaded = fileLength == 0;
    private int _count = (int)(fileLength / EntrySize);
    private int _written = (int)(fileLength / EntrySize);
    private bool _flushed = true;
    private bool _deleted;

    internal int Count => Volatile.Read(ref _count);

    /// <summary>Offset of the newest marker in the index; -1 when it is empty.</summary>
    internal long LastOffset
    {
        get
        {
            if (Count == 0)
                return -1;
            lock (_lock)
                return Entries().Count == 0 ? -1 : _entries[^1].LastOffset;
        }
    }

    /// <summary>True when entries wait for a flush.</summary>
    internal bool IsUnflushed
    {
        get
        {
            lock (_lock)
                return !_flushed;
        }
    }

    /// <summary>Adds an entry behind all others.</summary>
    internal void Append(in AbortedTransaction aborted)
    {
        lock (_lock)
        {
            Entries().Add(aborted);
            _count = _entries.Count;
            _flushed = false;
        }
    }

    /// <summary>Adds to <paramref name="found"/> what was aborted between two offsets.</summary>
    /// <returns>True when later segments need not be looked at.</returns>
    internal bool Collect(long fetchOffset, long upperBound, ref List<AbortedTransaction>? found)
    {
        if (Count == 0)
            return false;
        lock (_lock)
        {
            foreach (var aborted in Entries())
            {
                if (aborted.LastOffset >= fetchOffset && aborted.FirstOffset < upperBound)
                    (found ??= []).Add(aborted);
                if (aborted.LastStableOffset >= upperBound)
                    return true;
            }
        }
        return false;
    }

    /// <summary>All entries.</summary>
    internal AbortedTransaction[] ToArray()
    {
        lock (_lock)
            return [.. Entries()];
    }

    /// <summary>All entries as the file holds them.</summary>
    internal byte[] Encode()
    {
        lock (_lock)
        {
            var entries = Entries();
            var bytes = new byte[entries.Count * EntrySize];
            for (var i = 0; i < entries.Count; i++)
                Encode(entries[i], bytes.AsSpan(i * EntrySize));
            return bytes;
        }
    }

    /// <summary>Drops the entries whose marker lies at or behind an offset.</summary>
    internal void TruncateTo(long offset)
    {
        if (Count == 0)
            return;
        lock (_lock)
        {
            var keep = Entries().FindIndex(entry => entry.LastOffset >= offset);
            if (keep >= 0)
                Keep(keep);
        }
    }

    /// <summary>True when the file holds whole entries that follow each other. Reads all of it.</summary>
    internal bool IsPlausible()
    {
        if (fileLength == 0)
            return true;
        lock (_lock)
        {
            var whole = Entries().Count == fileLength / EntrySize && fileLength % EntrySize == 0;
            for (var i = 1; i < _entries.Count; i++)
                whole &= _entries[i].LastOffset > _entries[i - 1].LastOffset;
            return whole;
        }
    }

    /// <summary>Forgets everything, to be filled from the log again.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            _loaded = true;
            _written = Math.Max(_written, 1);
            Keep(0);
        }
    }

    /// <summary>Writes what is only in memory.</summary>
    internal void WriteOut()
    {
        lock (_lock)
            Write(flush: false);
    }

    /// <summary>Makes all entries survive a power cut.</summary>
    internal void Flush()
    {
        lock (_lock)
        {
            if (_flushed)
                return;
            Write(flush: true);
            _flushed = true;
        }
    }

    /// <summary>Renames the file; whoever reads it meanwhile finds it. Adds the new path to
    /// <paramref name="renamed"/> when the file exists.</summary>
    internal void Rename(string path, List<string> renamed)
    {
        lock (_lock)
        {
            if (files.FileExists(_path))
            {
                files.Move(_path, path);
                renamed.Add(path);
            }
            _path = path;
        }
    }

    /// <summary>The directory of the file has been renamed.</summary>
    internal void MovedTo(string path)
    {
        lock (_lock)
            _path = path;
    }

    /// <summary>The file is about to go; nothing is written any more.</summary>
    internal void MarkDeleted()
    {
        lock (_lock)
            _deleted = true;
    }

    // Entries are rare, so that no descriptor is kept for them.
    private void Write(bool flush)
    {
        if (_deleted || _written == _entries.Count && !flush || !_loaded)
            return;
        var isNew = _written == 0;
        using var file = files.OpenFile(_path, FileOpening.ExistingOrNew);
        var bytes = new byte[(_entries.Count - _written) * EntrySize];
        for (var i = _written; i < _entries.Count; i++)
            Encode(_entries[i], bytes.AsSpan((i - _written) * EntrySize));
        file.Write(bytes, (long)_written * EntrySize);
        _written = _entries.Count;
        if (!flush)
            return;
        file.Flush();
        if (isNew)
            files.SyncDirectory(Path.GetDirectoryName(_path)!);
    }

    private void Keep(int count)
    {
        _entries.RemoveRange(count, _entries.Count - count);
        _count = count;
        if (_written <= count)
            return;
        _written = count;
        _flushed = false;
        using var file = files.OpenFile(_path, FileOpening.ExistingOrNew);
        file.SetLength((long)count * EntrySize);
    }

    private List<AbortedTransaction> Entries()
    {
        if (_loaded)
            return _entries;
        _loaded = true;
        using var file = files.OpenFile(_path, FileOpening.Existing);
        var bytes = new byte[_written * EntrySize];
        var read = file.Read(bytes, 0) / EntrySize;
        for (var i = 0; i < read && Decode(bytes.AsSpan(i * EntrySize)) is { } aborted; i++)
            _entries.Add(aborted);
        _count = _entries.Count;
        return _entries;
    }

    private static void Encode(in AbortedTransaction aborted, Span<byte> to)
    {
        BinaryPrimitives.WriteInt16BigEndian(to, Version);
        BinaryPrimitives.WriteInt64BigEndian(to[2..], aborted.ProducerId);
        BinaryPrimitives.WriteInt64BigEndian(to[10..], aborted.FirstOffset);
        BinaryPrimitives.WriteInt64BigEndian(to[18..], aborted.LastOffset);
        BinaryPrimitives.WriteInt64BigEndian(to[26..], aborted.LastStableOffset);
    }

    // Null for what is no entry; the index is then filled from the log again.
    internal static AbortedTransaction? Decode(ReadOnlySpan<byte> from)
    {
        if (BinaryPrimitives.ReadInt16BigEndian(from) != Version)
            return null;
        return new AbortedTransaction(
            BinaryPrimitives.ReadInt64BigEndian(from[2..]), BinaryPrimitives.ReadInt64BigEndian(from[10..]),
            BinaryPrimitives.ReadInt64BigEndian(from[18..]), BinaryPrimitives.ReadInt64BigEndian(from[26..]));
    }
}
