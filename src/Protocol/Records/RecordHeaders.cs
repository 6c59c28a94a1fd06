namespace Platform.Protocol.Records;

/// <summary>The headers of a record, decoded while they are enumerated. Their form was checked when the record was
/// read, so that enumerating does not fail.</summary>
public readonly struct RecordHeaders
{
    private readonly ReadOnlyMemory<byte> _encoded;

    internal RecordHeaders(int count, ReadOnlyMemory<byte> encoded)
    {
        Count = count;
        _encoded = encoded;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Starts before the first header.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>All headers. Their values stay slices of the batch.</summary>
    public RecordHeader[] ToArray()
    {
        if (Count == 0)
            return [];
        var headers = new RecordHeader[Count];
        var next = 0;
        foreach (var header in this)
            headers[next++] = header;
        return headers;
    }

    /// <summary>Walks over the headers.</summary>
    public struct Enumerator
    {
        private readonly ReadOnlyMemory<byte> _encoded;
        private int _left;
        private int _position;

        internal Enumerator(RecordHeaders headers)
        {
            _encoded = headers._encoded;
            _left = headers.Count;
        }

        /// <summary>The header stood on.</summary>
        public RecordHeader Current { get; private set; }

        /// <summary>Goes to the next header; false behind the last.</summary>
        public bool MoveNext()
        {
            if (_left == 0)
                return false;
            _left--;
            var cursor = new RecordCursor(_encoded, _position);
            Current = cursor.ReadHeader();
            _position = cursor.Position;
            return true;
        }
    }
}
