namespace Platform.Protocol.Records;

/// <summary>Batches that follow each other, as segments and fetch responses hold them. A fetch response may end in the
/// middle of a batch (KIP-74), which is then left out.</summary>
public readonly struct RecordBatches
{
    private readonly ReadOnlyMemory<byte> _bytes;

    private RecordBatches(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The complete batches in <paramref name="bytes"/>.</summary>
    public static RecordBatches In(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Starts before the first batch.</summary>
    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>Bytes of the complete batches at the start of <paramref name="bytes"/>.</summary>
    /// <exception cref="CorruptRecordException">Something that is no batch lies between them.</exception>
    public static int CompleteBytes(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (NextSize(bytes[position..]) is var size and > 0)
            position += size;
        return position;
    }

    // 0 when what is left is the beginning of a batch. Its format and length are known from 17 bytes on.
    private static int NextSize(ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= RecordBatchHeader.MagicPosition)
            return 0;
        var size = RecordBatch.ReadSize(rest);
        return size <= rest.Length ? size : 0;
    }

    /// <summary>Walks over the batches.</summary>
    public struct Enumerator
    {
        private ReadOnlyMemory<byte> _rest;

        internal Enumerator(ReadOnlyMemory<byte> bytes) => _rest = bytes;

        /// <summary>The batch stood on.</summary>
        public RecordBatch Current { get; private set; }

        /// <summary>Goes to the next complete batch; false behind the last.</summary>
        /// <exception cref="CorruptRecordException">No batch begins here.</exception>
        public bool MoveNext()
        {
            var size = NextSize(_rest.Span);
            if (size == 0)
                return false;
            Current = RecordBatch.Parse(_rest);
            _rest = _rest[size..];
            return true;
        }
    }
}
