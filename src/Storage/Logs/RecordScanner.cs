using System.Runtime.CompilerServices;

namespace Platform.Storage;

/// <summary>
/// Walks over the uncompressed records of a batch and looks only at what the log must check: lengths, offset and time
/// deltas, and whether there is a key. Every length is checked, so that what is stored can be read.
/// </summary>
internal ref struct RecordScanner(ReadOnlySpan<byte> records)
{
    private readonly ReadOnlySpan<byte> _records = records;
    private int _position;

    internal long TimestampDelta { get; private set; }
    internal int OffsetDelta { get; private set; }
    internal bool HasKey { get; private set; }

    /// <summary>Where the offset delta of the current record is, and what follows it, for rewriting.</summary>
    internal Range BeforeOffsetDelta { get; private set; }
    internal Range AfterOffsetDelta { get; private set; }

    /// <summary>True behind the last record.</summary>
    internal readonly bool IsAtEnd => _position == _records.Length;

    /// <summary>Goes to the next record; false when it is malformed.</summary>
    internal bool MoveNext()
    {
        if (!TryReadVarint(out var length) || length < 0 || length > _records.Length - _position)
            return false;
        var start = _position;
        var end = start + length;
        _position++;                                        // attributes: no bit has a meaning
        if (!TryReadVarlong(out var timestampDelta))
            return false;
        BeforeOffsetDelta = start.._position;
        if (!TryReadVarint(out var offsetDelta))
            return false;
        AfterOffsetDelta = _position..end;
        if (!TryReadVarint(out var keyLength) || !TrySkip(keyLength, end) ||
            !TryReadVarint(out var valueLength) || !TrySkip(valueLength, end) || !TrySkipHeaders(end))
            return false;
        (TimestampDelta, OffsetDelta, HasKey) = (timestampDelta, offsetDelta, keyLength >= 0);
        return _position == end;
    }

    private bool TrySkipHeaders(int end)
    {
        if (!TryReadVarint(out var headers) || headers < 0)
            return false;
        for (; headers > 0; headers--)
        {
            if (!TryReadVarint(out var keyLength) || keyLength < 0 || !TrySkip(keyLength, end) ||
                !TryReadVarint(out var valueLength) || !TrySkip(valueLength, end))
                return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySkip(int length, int end)
    {
        if (length <= 0)
            return length >= -1;                            // -1 is null
        if (length > end - _position)
            return false;
        _position += length;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadVarint(out int value)
    {
        if ((uint)_position < (uint)_records.Length && _records[_position] < 0x80)
        {
            var raw = (uint)_records[_position++];
            value = (int)(raw >> 1) ^ -(int)(raw & 1);
            return true;
        }
        var read = TryReadVarlong(out var wide);
        value = (int)wide;
        return read && wide is >= int.MinValue and <= int.MaxValue;
    }

    private bool TryReadVarlong(out long value)
    {
        ulong raw = 0;
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)_position >= (uint)_records.Length)
                return false;
            var next = _records[_position++];
            raw |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                value = (long)(raw >> 1) ^ -(long)(raw & 1);
                return true;
            }
        }
        return false;
    }
}
