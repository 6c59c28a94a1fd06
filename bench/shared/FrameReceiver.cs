using System.Buffers.Binary;
using System.Net.Sockets;

namespace Platform.Bench;

/// <summary>
/// Receives frames with a four-byte length into one contiguous buffer. A small frame takes one receive call; of a large
/// one exactly the rest is received behind its beginning, so that nothing is copied but a few hundred bytes.
/// </summary>
internal sealed class FrameReceiver(Socket socket)
{
    private const int MaxFrameBytes = 256 * 1024 * 1024;
    private const int FirstReceive = 512;

    private byte[] _buffer = new byte[FirstReceive];
    private int _start;
    private int _end;

    /// <summary>The next frame without its length, valid until the next call; null when the peer has closed.</summary>
    public async ValueTask<Memory<byte>?> ReceiveAsync()
    {
        if (!await FillAsync(sizeof(int), FirstReceive).ConfigureAwait(false))
            return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        if (length is < 0 or > MaxFrameBytes)
            throw new InvalidDataException($"a frame claims {length} bytes; {MaxFrameBytes} are allowed");
        var total = sizeof(int) + length;
        if (!await FillAsync(total, total).ConfigureAwait(false))
            return null;
        var frame = _buffer.AsMemory(_start + sizeof(int), length);
        _start += total;
        return frame;
    }

    // Receives until 'needed' bytes are there, asking for 'wanted' at most.
    private async ValueTask<bool> FillAsync(int needed, int wanted)
    {
        if (_end - _start >= needed)
            return true;
        MakeRoom(Math.Max(needed, wanted));
        while (_end - _start < needed)
        {
            var room = _buffer.AsMemory(_end, Math.Max(needed, wanted) - (_end - _start));
            var received = await socket.ReceiveAsync(room).ConfigureAwait(false);
            if (received == 0)
                return false;
            _end += received;
        }
        return true;
    }

    private void MakeRoom(int size)
    {
        var held = _buffer.AsSpan(_start, _end - _start);
        if (_buffer.Length < size)
        {
            var larger = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size)];
            held.CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            held.CopyTo(_buffer);
        }
        (_start, _end) = (0, held.Length);
    }
}
