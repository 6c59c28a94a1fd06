using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>Walks over the uncompressed records of a batch and shows where their parts are, so that records are copied
/// without being decoded.</summary>
internal ref struct RecordWalker(ReadOnlySpan<byte> records)
{
    private readonly ReadOnlySpan<byte> _records = records;
    private int _position;

    /// <summary>The whole record, its length included.</summary>
    internal ReadOnlySpan<byte> Record { get; private set; }

    /// <summary>What follows the timestamp delta.</summary>
    internal ReadOnlySpan<byte> AfterTimestamp { get; private set; }

    internal ReadOnlySpan<byte> Key { get; private set; }
    internal bool HasKey { get; private set; }
    internal bool HasValue { get; private set; }
    internal byte Attributes { get; private set; }
    internal long TimestampDelta { get; private set; }
    internal int OffsetDelta { get; private set; }

    /// <summary>Goes to the next record; false behind the last.</summary>
    /// <exception cref="CorruptRecordException">The record is malformed.</exception>
    internal bool MoveNext()
    {
        if (_position == _records.Length)
            return false;
        var start = _position;
        var length = ReadLength();
        var end = _position + length;
        Attributes = _records[_position++];
        TimestampDelta = ReadVarlong();
        AfterTimestamp = _records[_position..end];
        OffsetDelta = (int)ReadVarlong();
        var keyLength = (int)ReadVarlong();
        HasKey = keyLength >= 0;
        Key = HasKey ? Take(keyLength, end) : default;
        HasValue = ReadVarlong() >= 0;
        if (_position > end)
            throw Malformed();
        Record = _records[start..end];
        _position = end;
        return true;
    }

    private int ReadLength()
    {
        var length = ReadVarlong();
        return length > 0 && length <= _records.Length - _position ? (int)length : throw Malformed();
    }

    private ReadOnlySpan<byte> Take(int length, int end)
    {
        if (length > end - _position)
            throw Malformed();
        var taken = _records.Slice(_position, length);
        _position += length;
        return taken;
    }

    private long ReadVarlong()
    {
        ulong raw = 0;
        for (var shift = 0; shift < 70 && _position < _records.Length; shift += 7)
        {
            var next = _records[_position++];
            raw |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)(raw >> 1) ^ -(long)(raw & 1);
        }
        throw Malformed();
    }

    private readonly CorruptRecordException Malformed() => new($"a record before byte {_position} is malformed");
}
