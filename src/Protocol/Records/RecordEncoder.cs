using System.Numerics;
using System.Text;
using Platform.Protocol.Compression;

namespace Platform.Protocol.Records;

/// <summary>Writes one record as it lies in an uncompressed batch of format 2: its length, then attributes, deltas,
/// key, value and headers, all numbers zig-zag varints.</summary>
internal static class RecordEncoder
{
    private const int MaxVarintSize = 5;
    private const int MaxVarlongSize = 10;

    // Length, attributes, timestamp delta, offset delta, key length, value length, header count.
    private const int MaxFixedSize = MaxVarintSize + 1 + MaxVarlongSize + (4 * MaxVarintSize);

    internal static int MaxSize(int keyLength, int valueLength, ReadOnlySpan<RecordHeader> headers)
    {
        var size = MaxFixedSize + keyLength + valueLength;
        foreach (var header in headers)
            size += (2 * MaxVarintSize) + Encoding.UTF8.GetByteCount(header.Key) + (header.Value?.Length ?? 0);
        return size;
    }

    internal static void Write(
        PooledBuffer destination,
        int offsetDelta,
        long timestampDelta,
        ReadOnlyMemory<byte>? key,
        ReadOnlyMemory<byte>? value,
        ReadOnlySpan<RecordHeader> headers)
    {
        var body = 1 + VarlongSize(timestampDelta) + VarlongSize(offsetDelta) + SizeOf(key) + SizeOf(value)
            + SizeOf(headers);
        var room = destination.Append(VarlongSize(body) + body);
        WriteVarlong(ref room, body);
        room[0] = 0;                                              // attributes
        room = room[1..];
        WriteVarlong(ref room, timestampDelta);
        WriteVarlong(ref room, offsetDelta);
        WriteBytes(ref room, key);
        WriteBytes(ref room, value);
        WriteVarlong(ref room, headers.Length);
        foreach (var header in headers)
        {
            WriteKey(ref room, header.Key);
            WriteBytes(ref room, header.Value);
        }
    }

    private static int SizeOf(ReadOnlySpan<RecordHeader> headers)
    {
        var size = VarlongSize(headers.Length);
        foreach (var header in headers)
        {
            var keyLength = Encoding.UTF8.GetByteCount(header.Key);
            size += VarlongSize(keyLength) + keyLength + SizeOf(header.Value);
        }
        return size;
    }

    private static int SizeOf(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } present ? VarlongSize(present.Length) + present.Length : VarlongSize(-1);

    private static void WriteBytes(ref Span<byte> room, ReadOnlyMemory<byte>? bytes)
    {
        WriteVarlong(ref room, bytes?.Length ?? -1);
        if (bytes is not { } present)
            return;
        present.Span.CopyTo(room);
        room = room[present.Length..];
    }

    private static void WriteKey(ref Span<byte> room, string key)
    {
        WriteVarlong(ref room, Encoding.UTF8.GetByteCount(key));
        room = room[Encoding.UTF8.GetBytes(key, room)..];
    }

    // A varint and a varlong of the same value have the same bytes.
    private static void WriteVarlong(ref Span<byte> room, long value)
    {
        var raw = ZigZag(value);
        var written = 0;
        for (; raw >= 0x80; raw >>= 7)
            room[written++] = (byte)(raw | 0x80);
        room[written++] = (byte)raw;
        room = room[written..];
    }

    private static int VarlongSize(long value) => (70 - BitOperations.LeadingZeroCount(ZigZag(value) | 1)) / 7;

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
