using System.Buffers;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>Reads whole batches from a file, one after the other, for recovery and for looking at records. Memory is
/// pooled and as large as the largest batch.</summary>
internal sealed class BatchScanner(IStorageFile file, int position, int limit) : IDisposable
{
    private const int ChunkBytes = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int _bufferStart = position;
    private int _bufferLength;
    private int _next = position;

    /// <summary>Where the current batch begins.</summary>
    internal int Position { get; private set; }

    /// <summary>Where the batch behind the current one begins.</summary>
    internal int NextPosition => _next;

    internal RecordBatchHeader Header { get; private set; }

    /// <summary>The current batch; valid until the next move.</summary>
    internal ReadOnlyMemory<byte> Batch => _buffer.AsMemory(Position - _bufferStart, Header.SizeInBytes);

    /// <summary>Goes to the next batch; false where no complete batch with a possible header is left.</summary>
    internal bool MoveNext()
    {
        if (limit - _next < RecordBatchHeader.Size || !TryFill(RecordBatchHeader.Size))
            return false;
        var header = RecordBatchHeader.Read(_buffer.AsSpan(_next - _bufferStart));
        if (!HeaderScanner.IsPlausible(header) || header.SizeInBytes > limit - _next || !TryFill(header.SizeInBytes))
            return false;
        Position = _next;
        Header = header;
        _next += header.SizeInBytes;
        return true;
    }

    /// <summary>True when the current batch matches its checksum.</summary>
    internal bool IsCrcValid => RecordBatchHeader.IsValidCrc(Batch.Span);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool TryFill(int count)
    {
        if (_next + count <= _bufferStart + _bufferLength)
            return true;
        var wanted = (int)Math.Min(Math.Max(count, (long)ChunkBytes), limit - _next);
        if (wanted > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(wanted);
        }
        _bufferStart = _next;
        _bufferLength = file.Read(_buffer.AsSpan(0, wanted), _next);
        return _bufferLength >= count;
    }
}
