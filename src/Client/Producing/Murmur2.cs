using System.Buffers.Binary;

namespace Platform.Client.Producing;

/// <summary>The hash by which Kafka's clients place keys: all of them must agree on it bit by bit.</summary>
public static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;
    private const int Shift = 24;

    /// <summary>The hash of a key.</summary>
    public static uint Hash(ReadOnlySpan<byte> data)
    {
        var hash = Seed ^ (uint)data.Length;
        for (; data.Length >= 4; data = data[4..])
            hash = (hash * Multiplier) ^ Mix(BinaryPrimitives.ReadUInt32LittleEndian(data));
        if (data.Length > 0)
            hash = (hash ^ Tail(data)) * Multiplier;
        hash = (hash ^ (hash >> 13)) * Multiplier;
        return hash ^ (hash >> 15);
    }

    private static uint Mix(uint word)
    {
        word *= Multiplier;
        return (word ^ (word >> Shift)) * Multiplier;
    }

    private static uint Tail(ReadOnlySpan<byte> rest)
    {
        uint tail = 0;
        for (var i = rest.Length - 1; i >= 0; i--)
            tail = (tail << 8) | rest[i];
        return tail;
    }

    /// <summary>The partition of a key: the hash without its sign, modulo the number of partitions.</summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (int)(Hash(key) & int.MaxValue) % partitions;
}
