using System.Buffers;

namespace Platform.Protocol.Compression;

/// <summary>
/// One growing pooled buffer with a hard limit. It is never larger than about twice what was written, so that
/// decompressing a bomb costs at most twice the limit. Not thread-safe.
/// </summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private readonly int _maxBytes;
    private byte[] _buffer;
    private int _length;

    /// <summary>Rents <paramref name="capacity"/> bytes; writing more than <paramref name="maxBytes"/> throws
    /// <see cref="CompressionException"/>.</summary>
    public PooledBuffer(int capacity = 1024, int maxBytes = int.MaxValue)
    {
        _maxBytes = maxBytes;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(capacity, maxBytes));
    }

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>Bytes that may still be written.</summary>
    public int Allowed => _maxBytes - _length;

    /// <summary>What was written; valid until the next write or dispose.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>What was written, for patching.</summary>
    public Span<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    /// <summary>Forgets everything after the first <paramref name="length"/> bytes.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length);
        _length = length;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _length));
        if (count > Allowed)
            throw CompressionException.TooLarge(_maxBytes);
        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_length);
    }

    /// <summary>Appends <paramref name="bytes"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Exactly <paramref name="count"/> bytes to be filled by the caller, already counted as
    /// written.</summary>
    public Span<byte> Append(int count)
    {
        if (count > Allowed)
            throw CompressionException.TooLarge(_maxBytes);
        Reserve(count);
        var appended = _buffer.AsSpan(_length, count);
        _length += count;
        return appended;
    }

    /// <summary>From <paramref name="start"/> of what was written up to <paramref name="count"/> bytes behind its end:
    /// history and room in one span, for codecs that copy from what they wrote.</summary>
    internal Span<byte> GetWindow(int start, int count)
    {
        Reserve(count);
        return _buffer.AsSpan(start, _length - start + count);
    }

    /// <summary>Gives the buffer back; what was written is no longer valid.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length < count)
            Grow(count);
    }

    private void Grow(int count)
    {
        var wanted = Math.Max(Math.Min(_buffer.Length * 2L, Array.MaxLength), (long)_length + count);
        var larger = ArrayPool<byte>.Shared.Rent(checked((int)wanted));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
