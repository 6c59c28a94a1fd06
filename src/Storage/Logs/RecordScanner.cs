using System.Runtime.CompilerServices;

namespace Platform.Storage;

/// <summary>
/// Walks over the uncompressed records of a batch and looks only at what the log must check: lengths, offset and time
/// deltas, and whether there is a key. Every length is checked, so that what is stored can be read.
/// </summary>
/// <remarks>The loop of the produce path with the most turns. Positions stay in locals, whose address nobody takes, so
/// that they live in registers; that halves the time a record takes.</remarks>
internal ref struct RecordScanner(ReadOnlySpan<byte> records)
{
    private const int Failed = -1;

    private readonly ReadOnlySpan<byte> _records = records;
    private int _position;
    private int _deltaStart;
    private int _deltaEnd;

    internal long TimestampDelta { get; private set; }
    internal int OffsetDelta { get; private set; }
    internal bool HasKey { get; private set; }

    /// <summary>Where the current record begins behind its length, up to its offset delta, for rewriting.</summary>
    internal readonly Range BeforeOffsetDelta => _bodyStart.._deltaStart;

    /// <summary>What follows the offset delta.</summary>
    internal readonly Range AfterOffsetDelta => _deltaEnd.._position;

    private int _bodyStart;

    /// <summary>True behind the last record.</summary>
    internal readonly bool IsAtEnd => _position == _records.Length;

    /// <summary>Goes to the next record; false when it is malformed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MoveNext()
    {
        var records = _records;
        var position = ReadVarint(records, _position, out var length);
        if (position < 0 || length < 0 || length > records.Length - position)
            return false;
        var end = position + length;
        _bodyStart = position;
        position = ReadVarlong(records, position + 1, out var timestampDelta);    // behind attributes without a meaning
        _deltaStart = position;
        position = ReadVarint(records, position, out var offsetDelta);
        _deltaEnd = position;
        position = ReadVarint(records, position, out var keyLength);
        position = Skip(position, keyLength, end);
        position = ReadVarint(records, position, out var valueLength);
        position = Skip(position, valueLength, end);
        position = ReadVarint(records, position, out var headers);
        if (headers != 0)
            position = SkipHeaders(records, position, headers, end);
        (TimestampDelta, OffsetDelta, HasKey) = (timestampDelta, offsetDelta, keyLength >= 0);
        _position = end;
        return position == end;
    }

    private static int SkipHeaders(ReadOnlySpan<byte> records, int position, int headers, int end)
    {
        if (headers < 0)
            return Failed;
        for (; headers > 0 && position >= 0; headers--)
        {
            position = ReadVarint(records, position, out var keyLength);
            if (keyLength < 0)
                return Failed;
            position = Skip(position, keyLength, end);
            position = ReadVarint(records, position, out var valueLength);
            position = Skip(position, valueLength, end);
        }
        return position;
    }

    // -1 is null. What failed before stays failed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Skip(int position, int length, int end)
    {
        if (length <= 0)
            return length >= -1 ? position : Failed;
        return position >= 0 && length <= end - position ? position + length : Failed;
    }

    // Returns the position behind the number, or Failed. One and two bytes hold nearly every number of a record.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadVarint(ReadOnlySpan<byte> records, int position, out int value)
    {
        if ((uint)position < (uint)records.Length)
        {
            uint first = records[position];
            if (first < 0x80)
            {
                value = (int)(first >> 1) ^ -(int)(first & 1);
                return position + 1;
            }
            if ((uint)position + 1 < (uint)records.Length && records[position + 1] < 0x80)
            {
                var raw = first & 0x7f | (uint)records[position + 1] << 7;
                value = (int)(raw >> 1) ^ -(int)(raw & 1);
                return position + 2;
            }
        }
        var (next, wide) = ReadLongVarint(records, position);
        value = (int)wide;
        return wide is >= int.MinValue and <= int.MaxValue ? next : Failed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadVarlong(ReadOnlySpan<byte> records, int position, out long value)
    {
        if ((uint)position < (uint)records.Length && records[position] < 0x80)
        {
            long raw = records[position];
            value = (raw >> 1) ^ -(raw & 1);
            return position + 1;
        }
        (var next, value) = ReadLongVarint(records, position);
        return next;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (int Next, long Value) ReadLongVarint(ReadOnlySpan<byte> records, int position)
    {
        ulong raw = 0;
        for (var shift = 0; shift < 70 && (uint)position < (uint)records.Length; shift += 7)
        {
            var next = records[position++];
            raw |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (position, (long)(raw >> 1) ^ -(long)(raw & 1));
        }
        return (Failed, 0);
    }
}
