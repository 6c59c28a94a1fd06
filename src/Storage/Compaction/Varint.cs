namespace Platform.Storage;

/// <summary>The zig-zag varints of records.</summary>
internal static class Varint
{
    internal const int SizeMax = 10;

    /// <summary>Writes a number; returns its bytes.</summary>
    internal static int Write(Span<byte> to, long value)
    {
        var raw = (ulong)(value << 1) ^ (ulong)(value >> 63);
        var written = 0;
        for (; raw >= 0x80; raw >>= 7)
            to[written++] = (byte)(raw | 0x80);
        to[written++] = (byte)raw;
        return written;
    }
}
