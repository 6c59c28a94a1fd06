using System.Buffers.Binary;

namespace Platform.Storage;

/// <summary>
/// A file of entries of one size, sorted by the number that each begins with. The last entries are kept in memory and
/// written many at a time; older ones are read with pread. The file is opened at its first use, so that thousands of
/// idle partitions cost no descriptors. One thread writes at a time; any number read.
/// </summary>
/// <remarks>Entries that were not written when the process dies are rebuilt by recovery, which scans every segment
/// that was not flushed; <see cref="Flush"/> comes before the recovery point moves.</remarks>
internal sealed class IndexFile(IFileSystem files, string path, int entrySize, int count) : IDisposable
{
    internal const int TailEntriesMax = 128;
    private const int TailEntriesFirst = 16;
    private const int PageBytes = 3072;         // a multiple of both entry sizes

    private readonly Lock _lock = new();
    private string _path = path;
    private IStorageFile? _file;
    private byte[] _tail = [];
    private int _tailStart = count;             // entries in front of the tail, all in the file
    private int _written = count;               // entries in the file
    private int _count = count;
    private bool _exists = count > 0;
    private int _flushedCount = count;          // entries that survive a power cut

    internal string Name => _path;

    internal int Count => Volatile.Read(ref _count);

    /// <summary>Adds an entry.</summary>
    internal void Append(ReadOnlySpan<byte> entry)
    {
        lock (_lock)
        {
            MakeRoom();
            entry.CopyTo(_tail.AsSpan((_count - _tailStart) * entrySize));
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>Reads entry <paramref name="index"/>; false when the file has become shorter meanwhile.</summary>
    internal bool TryRead(int index, Span<byte> entry)
    {
        lock (_lock)
        {
            if ((uint)index >= (uint)_count)
                return false;
            if (index >= _tailStart)
            {
                _tail.AsSpan((index - _tailStart) * entrySize, entrySize).CopyTo(entry);
                return true;
            }
        }
        return File().Read(entry[..entrySize], (long)index * entrySize) == entrySize;
    }

    /// <summary>The last entry whose key is at most <paramref name="key"/>; false when there is none.</summary>
    internal bool TryFindFloor(long key, Span<byte> entry)
    {
        int inFile;
        lock (_lock)
        {
            inFile = _tailStart;
            var tail = _tail.AsSpan(0, (_count - _tailStart) * entrySize);
            if (tail.Length > 0 && KeyOf(tail) <= key)
            {
                Floor(tail, key).CopyTo(entry);
                return true;
            }
        }
        return inFile > 0 && TryFindFloorInFile(key, entry, inFile);
    }

    /// <summary>Drops all entries from <paramref name="count"/> on.</summary>
    internal void Truncate(int count)
    {
        lock (_lock)
        {
            if (count >= _count)
                return;
            Volatile.Write(ref _count, count);
            _written = Math.Min(_written, count);
            if (count < _tailStart)
                _tailStart = count;
            if (_exists)
                File().SetLength((long)_written * entrySize);
            _flushedCount = Math.Min(_flushedCount, Math.Max(count - 1, 0));
        }
    }

    /// <summary>Writes what is only in memory; creates the file even when it stays empty.</summary>
    internal void WriteOut()
    {
        lock (_lock)
            WritePending();
    }

    /// <summary>Writes, and makes the file survive a power cut when at least so many entries wait for it.</summary>
    internal void Flush(int entriesMin)
    {
        lock (_lock)
        {
            if (_written < _count)
                WritePending();
            if (_count - _flushedCount < entriesMin)
                return;
            File().Flush();
            _flushedCount = _count;
        }
    }

    /// <summary>True when entries wait for a flush.</summary>
    internal bool IsUnflushed
    {
        get
        {
            lock (_lock)
                return _flushedCount < _count;
        }
    }

    /// <summary>Writes, and gives back descriptor and memory; the next use opens the file again.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            if (_written < _count)
                WritePending();
            Dispose();
        }
    }

    /// <summary>Gives back descriptor and memory without writing.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
            if (_written == _count)
            {
                _tail = [];
                _tailStart = _count;
            }
        }
    }

    /// <summary>Renames the file; whoever opens it meanwhile finds it. Adds the new path to
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

    private void MakeRoom()
    {
        var used = _count - _tailStart;
        var capacity = _tail.Length / entrySize;
        if (used < capacity)
            return;
        if (capacity < TailEntriesMax)
        {
            Array.Resize(ref _tail, (capacity == 0 ? TailEntriesFirst : capacity * 2) * entrySize);
            return;
        }
        // The newer half stays in memory: consumers at the end of the log never touch the file.
        WritePending();
        var keep = TailEntriesMax / 2;
        _tail.AsSpan((used - keep) * entrySize, keep * entrySize).CopyTo(_tail);
        _tailStart = _count - keep;
    }

    private void WritePending()
    {
        var file = File();
        if (_written < _count)
            file.Write(_tail.AsSpan((_written - _tailStart) * entrySize, (_count - _written) * entrySize),
                (long)_written * entrySize);
        _written = _count;
    }

    private IStorageFile File()
    {
        lock (_lock)
        {
            _exists = true;
            return _file ??= files.OpenFile(_path, FileOpening.ExistingOrNew);
        }
    }

    // Narrows by single keys until the rest fits a page, which is then read at once.
    private bool TryFindFloorInFile(long key, Span<byte> entry, int count)
    {
        var file = File();
        Span<byte> page = stackalloc byte[PageBytes];
        var (low, high) = (0, count);
        while ((high - low) * entrySize > PageBytes)
        {
            var middle = low + (high - low) / 2;
            if (file.Read(page[..entrySize], (long)middle * entrySize) < entrySize || KeyOf(page) > key)
                high = middle;
            else
                low = middle;
        }
        var read = file.Read(page[..((high - low) * entrySize)], (long)low * entrySize);
        page = page[..(read / entrySize * entrySize)];
        if (page.Length == 0 || KeyOf(page) > key)
            return false;
        Floor(page, key).CopyTo(entry);
        return true;
    }

    private ReadOnlySpan<byte> Floor(ReadOnlySpan<byte> entries, long key)
    {
        var (low, high) = (0, entries.Length / entrySize);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (KeyOf(entries[(middle * entrySize)..]) > key)
                high = middle;
            else
                low = middle;
        }
        return entries.Slice(low * entrySize, entrySize);
    }

    private long KeyOf(ReadOnlySpan<byte> entry) => entrySize == OffsetIndex.EntrySize
        ? BinaryPrimitives.ReadInt32BigEndian(entry)
        : BinaryPrimitives.ReadInt64BigEndian(entry);
}
