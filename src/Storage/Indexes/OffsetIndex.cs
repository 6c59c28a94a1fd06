using System.Buffers.Binary;

namespace Platform.Storage;

/// <summary>Where a batch begins in the log file of a segment.</summary>
/// <param name="Offset">An offset: the last one of the batch.</param>
/// <param name="Position">Position of the batch in the file, in bytes.</param>
internal readonly record struct OffsetPosition(long Offset, int Position);

/// <summary>
/// <c>.index</c>: for one batch in about every <c>index.interval.bytes</c>, its last offset relative to the segment's
/// base (int32) and its position in the file (int32).
/// </summary>
internal sealed class OffsetIndex(IFileSystem files, string path, long baseOffset, long fileLength, int maxBytes)
    : IDisposable
{
    internal const int EntrySize = 8;
    private readonly IndexFile _entries = new(files, path, EntrySize, (int)(fileLength / EntrySize));

    internal int Count => _entries.Count;

    internal bool IsFull => Count >= maxBytes / EntrySize;

    internal IndexFile File => _entries;

    /// <summary>Adds an entry; the offset must be larger than all before.</summary>
    internal void Append(long offset, int position)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt32BigEndian(entry, checked((int)(offset - baseOffset)));
        BinaryPrimitives.WriteInt32BigEndian(entry[4..], position);
        _entries.Append(entry);
    }

    /// <summary>The last entry at or before an offset; the begin of the segment when there is none. The batch that
    /// holds the offset is there or behind.</summary>
    internal OffsetPosition Lookup(long offset)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        return _entries.TryFindFloor(offset - baseOffset, entry) ? Parse(entry) : new OffsetPosition(baseOffset, 0);
    }

    /// <summary>Entry <paramref name="index"/>; null when there is none.</summary>
    internal OffsetPosition? Entry(int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        return _entries.TryRead(index, entry) ? Parse(entry) : null;
    }

    /// <summary>The first entry at or behind a position in the file; null when all lie before it.</summary>
    internal OffsetPosition? UpperBound(long position)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (Entry(middle) is { } entry && entry.Position < position)
                low = middle + 1;
            else
                high = middle;
        }
        return Entry(low);
    }

    /// <summary>Drops entries at or behind an offset.</summary>
    internal void TruncateTo(long offset)
    {
        var count = Count;
        while (count > 0 && Entry(count - 1) is { } last && last.Offset >= offset)
            count--;
        _entries.Truncate(count);
    }

    /// <summary>True when what the index says of its ends fits a log file of this size. A file that was extended ahead
    /// of writing, and then not cut because of a crash, ends in zeros and is refused here.</summary>
    internal bool IsPlausible(long logSize)
    {
        if (fileLength % EntrySize != 0 || fileLength > int.MaxValue)
            return false;
        if (Count == 0)
            return true;
        return Entry(0) is { } first && Entry(Count - 1) is { } last &&
            first.Offset >= baseOffset && first.Position >= 0 && last.Position < logSize &&
            (Count == 1 || last.Offset > first.Offset && last.Position > first.Position);
    }

    /// <summary>True when every entry is behind the one before it. What was not flushed when power was cut may be
    /// there in parts.</summary>
    internal bool IsMonotonic()
    {
        var previous = new OffsetPosition(-1, -1);
        for (var i = 0; i < Count; i++)
        {
            if (Entry(i) is not { } entry || entry.Offset <= previous.Offset || entry.Position <= previous.Position)
                return false;
            previous = entry;
        }
        return true;
    }

    public void Dispose() => _entries.Dispose();

    private OffsetPosition Parse(ReadOnlySpan<byte> entry) => new(
        baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt32BigEndian(entry[4..]));
}
