using System.Buffers.Binary;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>
/// All indexes of a segment in one piece, for storage that takes money for each object: a table, then the indexes in
/// the order of <see cref="RemoteIndexType"/>. Big-endian:
/// <code>
/// magic "PIX1" | five times: length int32 (-1: none), CRC-32C uint32 | CRC-32C uint32 of what stands before
/// </code>
/// The table is short enough to be kept in <see cref="RemoteLogSegmentMetadata.CustomMetadata"/>, so that an index is
/// read without asking for the table first.
/// </summary>
public static class RemoteIndexPack
{
    private const uint Magic = 0x50495831;
    private const int Indexes = 5;
    private const int EntryBytes = 8;

    /// <summary>Bytes of the table.</summary>
    public const int TableBytes = sizeof(uint) + Indexes * EntryBytes + sizeof(uint);

    /// <summary>Reads the indexes of a segment and packs them.</summary>
    public static byte[] Build(IFileSystem files, LogSegmentData data)
    {
        byte[]?[] indexes =
        [
            Read(files, data.OffsetIndex), Read(files, data.TimeIndex), Read(files, data.ProducerSnapshotIndex),
            data.TransactionIndex is { } transactions ? Read(files, transactions) : null,
            data.LeaderEpochIndex.ToArray(),
        ];
        var pack = new byte[TableBytes + indexes.Sum(index => (long)(index?.Length ?? 0))];
        BinaryPrimitives.WriteUInt32BigEndian(pack, Magic);
        var position = TableBytes;
        for (var i = 0; i < Indexes; i++)
        {
            var entry = pack.AsSpan(sizeof(uint) + i * EntryBytes);
            BinaryPrimitives.WriteInt32BigEndian(entry, indexes[i]?.Length ?? -1);
            BinaryPrimitives.WriteUInt32BigEndian(entry[sizeof(int)..], Crc32C.Compute(indexes[i]));
            indexes[i]?.CopyTo(pack, position);
            position += indexes[i]?.Length ?? 0;
        }
        var end = TableBytes - sizeof(uint);
        BinaryPrimitives.WriteUInt32BigEndian(pack.AsSpan(end), Crc32C.Compute(pack.AsSpan(0, end)));
        return pack;
    }

    /// <summary>Where an index lies in its pack.</summary>
    /// <param name="table">The first <see cref="TableBytes"/> of the pack.</param>
    /// <param name="index">Which index.</param>
    /// <param name="name">Where the pack lies, for messages.</param>
    /// <exception cref="RemoteStorageException">These bytes are no table.</exception>
    /// <exception cref="RemoteResourceNotFoundException">The segment has no such index.</exception>
    public static RemoteIndexEntry Find(ReadOnlySpan<byte> table, RemoteIndexType index, string name)
    {
        if (!IsTable(table))
            throw new RemoteStorageException($"{name} does not begin with a table of indexes: it is damaged");
        var position = TableBytes;
        for (var i = 0; ; i++)
        {
            var entry = table[(sizeof(uint) + i * EntryBytes)..];
            var length = BinaryPrimitives.ReadInt32BigEndian(entry);
            if (i < (int)index)
                position += Math.Max(0, length);
            else if (length < 0)
                throw new RemoteResourceNotFoundException($"{name} holds no {index} index");
            else
                return new(position, length, BinaryPrimitives.ReadUInt32BigEndian(entry[sizeof(int)..]));
        }
    }

    /// <summary>True when these bytes are an intact table.</summary>
    public static bool IsTable(ReadOnlySpan<byte> table) => table.Length == TableBytes
        && BinaryPrimitives.ReadUInt32BigEndian(table) == Magic
        && BinaryPrimitives.ReadUInt32BigEndian(table[^sizeof(uint)..]) == Crc32C.Compute(table[..^sizeof(uint)]);

    private static byte[] Read(IFileSystem files, string path) =>
        AtomicFile.Read(files, path) ?? throw new RemoteStorageException($"There is no {path} to copy");
}

/// <summary>Where an index lies in its pack.</summary>
/// <param name="Position">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Crc">CRC-32C of them.</param>
public readonly record struct RemoteIndexEntry(int Position, int Length, uint Crc)
{
    /// <summary>Throws when these are not the bytes that were packed.</summary>
    /// <exception cref="RemoteStorageException">They are not.</exception>
    public void Verify(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length != Length || Crc32C.Compute(content) != Crc)
            throw new RemoteStorageException($"{name} at position {Position}: the index is damaged (its CRC-32C is wrong)");
    }
}
