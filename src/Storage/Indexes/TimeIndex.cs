using System.Buffers.Binary;

namespace Platform.Storage;

/// <summary>The largest timestamp up to an offset.</summary>
/// <param name="Timestamp">In ms since 1970; -1 when unknown.</param>
/// <param name="Offset">Last offset of the batch that holds it.</param>
internal readonly record struct TimestampOffset(long Timestamp, long Offset)
{
    /// <summary>No timestamp.</summary>
    internal static readonly TimestampOffset Unknown = new(-1, -1);
}

/// <summary>
/// <c>.timeindex</c>: the largest timestamp so far (int64) and the offset of its batch relative to the segment's base
/// (int32); both grow from entry to entry.
/// </summary>
internal sealed class TimeIndex(IFileSystem files, string path, long baseOffset, long fileLength, int maxBytes)
    : IDisposable
{
    internal const int EntrySize = 12;
    private readonly IndexFile _entries = new(files, path, EntrySize, (int)(fileLength / EntrySize));
    private TimestampOffset? _last;

    internal int Count => _entries.Count;

    /// <summary>One place is kept for the entry that closes the segment.</summary>
    internal bool IsFull => Count >= maxBytes / EntrySize - 1;

    internal IndexFile File => _entries;

    /// <summary>The last entry; unknown when there is none.</summary>
    internal TimestampOffset Last => _last ??= Entry(Count - 1) ?? TimestampOffset.Unknown;

    /// <summary>Adds an entry when its timestamp is larger than all before.</summary>
    internal void MaybeAppend(long timestamp, long offset)
    {
        if (timestamp <= Last.Timestamp || offset < Last.Offset)
            return;
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt64BigEndian(entry, timestamp);
        BinaryPrimitives.WriteInt32BigEndian(entry[8..], checked((int)(offset - baseOffset)));
        _entries.Append(entry);
        _last = new TimestampOffset(timestamp, offset);
    }

    /// <summary>The last entry with at most this timestamp; the begin of the segment when there is none. Records with
    /// this timestamp or a later one lie behind it.</summary>
    internal TimestampOffset Lookup(long timestamp)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        return _entries.TryFindFloor(timestamp, entry) ? Parse(entry) : new TimestampOffset(-1, baseOffset);
    }

    /// <summary>Entry <paramref name="index"/>; null when there is none.</summary>
    internal TimestampOffset? Entry(int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        return _entries.TryRead(index, entry) ? Parse(entry) : null;
    }

    /// <summary>Drops entries at or behind an offset.</summary>
    internal void TruncateTo(long offset)
    {
        var count = Count;
        while (count > 0 && Entry(count - 1) is { } last && last.Offset >= offset)
            count--;
        _entries.Truncate(count);
        _last = null;
    }

    /// <summary>True when the ends of the index fit each other.</summary>
    internal bool IsPlausible()
    {
        if (fileLength % EntrySize != 0 || fileLength > int.MaxValue)
            return false;
        return Count == 0 || Entry(0) is { } first && first.Timestamp >= 0 && first.Offset >= baseOffset &&
            (Count == 1 || Last.Timestamp > first.Timestamp && Last.Offset >= first.Offset);
    }

    public void Dispose() => _entries.Dispose();

    private TimestampOffset Parse(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadInt64BigEndian(entry), baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry[8..]));
}
