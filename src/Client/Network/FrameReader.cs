using System.Buffers;
using System.Buffers.Binary;
using Platform.Protocol;

namespace Platform.Client.Network;

/// <summary>Cuts what a transport receives into frames, each contiguous in memory.</summary>
internal sealed class FrameReader(IBrokerTransport transport, int maxFrameBytes) : IDisposable
{
    /// <summary>Largest frame that can be read without a buffer of the caller.</summary>
    public const int BufferBytes = 32 * 1024;

    private const int SizeBytes = 4;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;

    private int Buffered => _end - _start;

    /// <summary>Waits for the next frame's size and correlation id, without consuming the id.</summary>
    public async ValueTask<(int Size, int CorrelationId)> ReadHeadAsync()
    {
        await FillAsync(SizeBytes + 4);
        var size = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        if (size < 4 || size > maxFrameBytes)
            throw new ProtocolException(
                $"a response claims {size} bytes; 4 to {maxFrameBytes} are accepted. Is this a Kafka port?");
        _start += SizeBytes;
        return (size, BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start)));
    }

    /// <summary>Reads a frame of at most <see cref="BufferBytes"/>; the result is valid until the next read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadInPlaceAsync(int size)
    {
        await FillAsync(size);
        var frame = _buffer.AsMemory(_start, size);
        _start += size;
        return frame;
    }

    /// <summary>Fills <paramref name="destination"/> with the next bytes.</summary>
    public async ValueTask ReadIntoAsync(Memory<byte> destination)
    {
        var buffered = Math.Min(Buffered, destination.Length);
        _buffer.AsMemory(_start, buffered).CopyTo(destination);
        _start += buffered;
        for (destination = destination[buffered..]; !destination.IsEmpty;)
            destination = destination[await ReceiveAsync(destination)..];
    }

    private async ValueTask FillAsync(int count)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_start + count > _buffer.Length)
        {
            _buffer.AsSpan(_start, Buffered).CopyTo(_buffer);
            (_start, _end) = (0, Buffered);
        }
        while (Buffered < count)
            _end += await ReceiveAsync(_buffer.AsMemory(_end));
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var received = await transport.ReceiveAsync(buffer);
        return received > 0 ? received : throw new EndOfStreamException("the broker closed the connection");
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
