using System.Buffers.Binary;
using System.Numerics;

namespace Platform.Protocol.Compression;

/// <summary>The checksum of LZ4 frames: xxHash with 32 bits and seed 0.</summary>
internal static class XxHash32
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;
    private const int Stripe = 16;

    internal static uint Compute(ReadOnlySpan<byte> data)
    {
        var length = (uint)data.Length;
        var hash = data.Length >= Stripe ? Stripes(ref data) : Prime5;
        hash += length;
        for (; data.Length >= sizeof(uint); data = data[sizeof(uint)..])
            hash = BitOperations.RotateLeft(hash + (Word(data) * Prime3), 17) * Prime4;
        foreach (var next in data)
            hash = BitOperations.RotateLeft(hash + (next * Prime5), 11) * Prime1;
        return Avalanche(hash);
    }

    private static uint Stripes(ref ReadOnlySpan<byte> data)
    {
        uint a = unchecked(Prime1 + Prime2), b = Prime2, c = 0, d = unchecked(0 - Prime1);
        for (; data.Length >= Stripe; data = data[Stripe..])
        {
            a = Round(a, Word(data));
            b = Round(b, Word(data[4..]));
            c = Round(c, Word(data[8..]));
            d = Round(d, Word(data[12..]));
        }
        return BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
            + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
    }

    private static uint Word(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32LittleEndian(data);

    private static uint Round(uint lane, uint word) => BitOperations.RotateLeft(lane + (word * Prime2), 13) * Prime1;

    private static uint Avalanche(uint hash)
    {
        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }
}
