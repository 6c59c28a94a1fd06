using System.Buffers.Binary;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>
/// The format of <c>.snapshot</c> files, version 1: int16 version, uint32 CRC-32C of all that follows, int32 count, and
/// for each producer its id int64, epoch int16, last sequence int32, last offset int64, offset delta of the last batch
/// int32, timestamp int64, coordinator epoch int32 and first offset of the open transaction int64 (-1 for none).
/// </summary>
internal static class ProducerSnapshot
{
    private const short Version = 1;
    private const int HeaderBytes = 10;
    private const int CrcPosition = 2;
    private const int CountPosition = 6;
    private const int EntryBytes = 46;

    internal static byte[] Encode(IReadOnlyCollection<ProducerStateEntry> producers)
    {
        var bytes = new byte[HeaderBytes + producers.Count * EntryBytes];
        BinaryPrimitives.WriteInt16BigEndian(bytes, Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(CountPosition), producers.Count);
        var position = HeaderBytes;
        foreach (var producer in producers)
        {
            EncodeEntry(bytes.AsSpan(position, EntryBytes), producer);
            position += EntryBytes;
        }
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcPosition), Crc32C.Compute(bytes.AsSpan(CountPosition)));
        return bytes;
    }

    /// <exception cref="CorruptLogException">The file is torn or of another version.</exception>
    internal static List<ProducerStateEntry> Decode(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
            throw new CorruptLogException(path, $"{bytes.Length} bytes are too few for a producer snapshot");
        var version = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (version != Version)
            throw new CorruptLogException(path, $"version {version} is not known, {Version} is");
        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[CountPosition..]);
        if (count < 0 || bytes.Length != HeaderBytes + (long)count * EntryBytes)
            throw new CorruptLogException(path, $"{count} producers do not fit {bytes.Length} bytes");
        var crc = BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcPosition..]);
        var actual = Crc32C.Compute(bytes[CountPosition..]);
        if (crc != actual)
            throw new CorruptLogException(path, $"CRC {actual:x8}, expected {crc:x8}");

        var producers = new List<ProducerStateEntry>(count);
        for (var i = 0; i < count; i++)
            producers.Add(DecodeEntry(bytes.Slice(HeaderBytes + i * EntryBytes, EntryBytes)));
        return producers;
    }

    private static void EncodeEntry(Span<byte> to, ProducerStateEntry producer)
    {
        var last = producer.IsEmpty ? new BatchMetadata(-1, -1, -1, 0, producer.LastTimestamp) : producer.Last;
        BinaryPrimitives.WriteInt64BigEndian(to, producer.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(to[8..], producer.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(to[10..], last.LastSequence);
        BinaryPrimitives.WriteInt64BigEndian(to[14..], last.LastOffset);
        BinaryPrimitives.WriteInt32BigEndian(to[22..], last.OffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(to[26..], producer.LastTimestamp);
        BinaryPrimitives.WriteInt32BigEndian(to[34..], producer.CoordinatorEpoch);
        BinaryPrimitives.WriteInt64BigEndian(to[38..], producer.CurrentTxnFirstOffset);
    }

    private static ProducerStateEntry DecodeEntry(ReadOnlySpan<byte> from)
    {
        var lastSequence = BinaryPrimitives.ReadInt32BigEndian(from[10..]);
        var lastOffset = BinaryPrimitives.ReadInt64BigEndian(from[14..]);
        var delta = BinaryPrimitives.ReadInt32BigEndian(from[22..]);
        var timestamp = BinaryPrimitives.ReadInt64BigEndian(from[26..]);
        var entry = new ProducerStateEntry(BinaryPrimitives.ReadInt64BigEndian(from))
        {
            CoordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(from[34..]),
            CurrentTxnFirstOffset = BinaryPrimitives.ReadInt64BigEndian(from[38..]),
            LastTimestamp = timestamp,
        };
        entry.SetEpoch(BinaryPrimitives.ReadInt16BigEndian(from[8..]));
        if (lastOffset >= 0 && lastSequence >= 0)
        {
            // The wrap at 2^31 counts backwards too.
            var firstSequence = RecordBatchHeader.AddSequence(lastSequence, -delta);
            entry.Add(new BatchMetadata(firstSequence, lastSequence, lastOffset, delta, timestamp));
        }
        return entry;
    }
}
