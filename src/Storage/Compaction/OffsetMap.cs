using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Platform.Storage;

/// <summary>
/// The newest offset of each key, in memory of a fixed size. A key is known by 16 bytes of a cryptographic hash, so
/// that nobody can make two keys meet, and nothing of the keys themselves is kept. There is no removal. Not
/// thread-safe.
/// </summary>
internal sealed class OffsetMap
{
    /// <summary>Bytes for a key: its hash and an offset.</summary>
    internal const int SlotBytes = 24;

    private const int HashBytes = 32;
    private readonly Slot[] _slots;
    private readonly int _countMax;

    /// <param name="slots">Keys that there is room for.</param>
    /// <param name="loadFactor">Share of the room that is used; a fuller map finds keys more slowly.</param>
    internal OffsetMap(int slots, double loadFactor)
    {
        _slots = new Slot[Math.Max(slots, 1)];
        _countMax = Math.Max(1, (int)(_slots.Length * loadFactor));
    }

    /// <summary>Different keys.</summary>
    internal int Count { get; private set; }

    /// <summary>No further key may be added.</summary>
    internal bool IsFull => Count >= _countMax;

    /// <summary>All records up to this offset are in the map; -1 when it is empty.</summary>
    internal long LatestOffset { get; private set; } = -1;

    /// <summary>Slots that keys and look-ups visited, to see how well the map works.</summary>
    internal long Probes { get; private set; }

    /// <summary>Notes the offset of a key, which is larger than all that were noted for it before.</summary>
    internal void Put(ReadOnlySpan<byte> key, long offset)
    {
        var hash = HashOf(key);
        ref var slot = ref _slots[Find(hash)];
        if (slot.IsEmpty)
            Count++;
        slot = hash with { Offset = offset };
    }

    /// <summary>The newest offset of a key; -1 when it is not known.</summary>
    internal long Get(ReadOnlySpan<byte> key)
    {
        var slot = _slots[Find(HashOf(key))];
        return slot.IsEmpty ? -1 : slot.Offset;
    }

    internal void UpdateLatestOffset(long offset) => LatestOffset = Math.Max(LatestOffset, offset);

    // The four words of the hash are four places to look at; from the last one on the search goes straight ahead.
    private int Find(in Slot hash)
    {
        Span<uint> places =
            [(uint)hash.Low, (uint)(hash.Low >> 32), (uint)hash.High, (uint)(hash.High >> 32)];
        var index = 0;
        foreach (var place in places)
        {
            index = (int)(place % (uint)_slots.Length);
            if (IsAt(index, hash))
                return index;
        }
        for (var probes = 0; probes < _slots.Length; probes++)
        {
            index = index + 1 == _slots.Length ? 0 : index + 1;
            if (IsAt(index, hash))
                return index;
        }
        throw new InvalidOperationException($"The map of {_slots.Length} keys is full");
    }

    private bool IsAt(int index, in Slot hash)
    {
        Probes++;
        ref readonly var slot = ref _slots[index];
        return slot.IsEmpty || slot.Low == hash.Low && slot.High == hash.High;
    }

    private static Slot HashOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(key, hash);
        // A slot of zeros is an empty one.
        return new Slot(
            BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]) | 1, 0);
    }

    private readonly record struct Slot(ulong Low, ulong High, long Offset)
    {
        internal bool IsEmpty => High == 0;
    }
}
