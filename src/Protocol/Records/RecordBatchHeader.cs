using System.Buffers.Binary;

namespace Platform.Protocol.Records;

/// <summary>The 61 bytes in front of every record batch of format 2, decoded. Offsets of the fields are constants,
/// so that the hot path patches base offset and leader epoch in place: both lie outside of the CRC.</summary>
public readonly record struct RecordBatchHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 61;
    /// <summary>Bytes in front of what <see cref="BatchLength"/> counts: base offset and the length itself.</summary>
    public const int LogOverhead = 12;
    /// <summary>Position of the base offset, int64.</summary>
    public const int BaseOffsetPosition = 0;
    /// <summary>Position of the length, int32.</summary>
    public const int LengthPosition = 8;
    /// <summary>Position of the leader epoch, int32.</summary>
    public const int PartitionLeaderEpochPosition = 12;
    /// <summary>Position of the format number, one byte.</summary>
    public const int MagicPosition = 16;
    /// <summary>Position of the CRC-32C, uint32.</summary>
    public const int CrcPosition = 17;
    /// <summary>Position of the attributes, int16; the CRC covers everything from here on.</summary>
    public const int AttributesPosition = 21;
    /// <summary>Position of the offset delta of the last record, int32.</summary>
    public const int LastOffsetDeltaPosition = 23;
    /// <summary>Position of the base timestamp, int64.</summary>
    public const int BaseTimestampPosition = 27;
    /// <summary>Position of the largest timestamp, int64.</summary>
    public const int MaxTimestampPosition = 35;
    /// <summary>Position of the producer id, int64.</summary>
    public const int ProducerIdPosition = 43;
    /// <summary>Position of the producer epoch, int16.</summary>
    public const int ProducerEpochPosition = 51;
    /// <summary>Position of the first sequence number, int32.</summary>
    public const int BaseSequencePosition = 53;
    /// <summary>Position of the number of records, int32.</summary>
    public const int RecordCountPosition = 57;

    /// <summary>The format described here, the only one that is written today.</summary>
    public const sbyte CurrentMagic = 2;

    /// <summary>Attribute bits that hold the <see cref="CompressionType"/>.</summary>
    public const short CompressionMask = 0x07;
    /// <summary>Attribute bit: the broker set the timestamps.</summary>
    public const short LogAppendTimeFlag = 0x08;
    /// <summary>Attribute bit: part of a transaction.</summary>
    public const short TransactionalFlag = 0x10;
    /// <summary>Attribute bit: control records.</summary>
    public const short ControlFlag = 0x20;
    /// <summary>Attribute bit: the base timestamp is the delete horizon.</summary>
    public const short DeleteHorizonFlag = 0x40;

    /// <summary>Offset of the first record.</summary>
    public long BaseOffset { get; init; }
    /// <summary>Bytes after the length field.</summary>
    public int BatchLength { get; init; }
    /// <summary>Epoch of the leader that appended the batch; -1 when unknown.</summary>
    public int PartitionLeaderEpoch { get; init; }
    /// <summary>Format of the batch; 2 is the only one that is appended today.</summary>
    public sbyte Magic { get; init; }
    /// <summary>CRC-32C from the attributes to the end.</summary>
    public uint Crc { get; init; }
    /// <summary>Compression and flags.</summary>
    public short Attributes { get; init; }
    /// <summary>Offset of the last record, relative to the first.</summary>
    public int LastOffsetDelta { get; init; }
    /// <summary>Timestamp that the deltas of the records add to, in ms since 1970.</summary>
    public long BaseTimestamp { get; init; }
    /// <summary>Largest timestamp in the batch, in ms since 1970.</summary>
    public long MaxTimestamp { get; init; }
    /// <summary>Id of an idempotent producer, or -1.</summary>
    public long ProducerId { get; init; }
    /// <summary>Epoch of the producer, or -1.</summary>
    public short ProducerEpoch { get; init; }
    /// <summary>Sequence number of the first record, or -1.</summary>
    public int BaseSequence { get; init; }
    /// <summary>Number of records.</summary>
    public int RecordCount { get; init; }

    /// <summary>Bytes of the whole batch.</summary>
    public int SizeInBytes => BatchLength + LogOverhead;
    /// <summary>Offset of the last record.</summary>
    public long LastOffset => BaseOffset + LastOffsetDelta;
    /// <summary>Offset after the last record.</summary>
    public long NextOffset => LastOffset + 1;
    /// <summary>Codec of the records.</summary>
    public CompressionType Compression => (CompressionType)(Attributes & CompressionMask);
    /// <summary>The broker set the timestamps.</summary>
    public bool IsLogAppendTime => (Attributes & LogAppendTimeFlag) != 0;
    /// <summary>Part of a transaction.</summary>
    public bool IsTransactional => (Attributes & TransactionalFlag) != 0;
    /// <summary>Holds control records.</summary>
    public bool IsControl => (Attributes & ControlFlag) != 0;
    /// <summary>The base timestamp is the delete horizon (KIP-534).</summary>
    public bool HasDeleteHorizon => (Attributes & DeleteHorizonFlag) != 0;
    /// <summary>Comes from an idempotent producer.</summary>
    public bool HasProducerId => ProducerId >= 0;
    /// <summary>Sequence number of the last record, wrapping at the end of the positive int32 range.</summary>
    public int LastSequence => BaseSequence < 0 ? -1 : AddSequence(BaseSequence, LastOffsetDelta);

    /// <summary>Adds to a sequence number, wrapping from 2^31-1 to 0.</summary>
    public static int AddSequence(int sequence, int increment) => (int)(((long)sequence + increment) & int.MaxValue);

    /// <summary>Computes the CRC-32C of a whole batch, which begins at <see cref="AttributesPosition"/>.</summary>
    public static uint ComputeCrc(ReadOnlySpan<byte> batch) => Crc32C.Compute(batch[AttributesPosition..]);

    /// <summary>True when the CRC stored in a whole batch matches its bytes.</summary>
    public static bool IsValidCrc(ReadOnlySpan<byte> batch) =>
        BinaryPrimitives.ReadUInt32BigEndian(batch[CrcPosition..]) == ComputeCrc(batch);

    /// <summary>Decodes the header; <paramref name="batch"/> must hold at least <see cref="Size"/> bytes.</summary>
    public static RecordBatchHeader Read(ReadOnlySpan<byte> batch) => new()
    {
        BaseOffset = BinaryPrimitives.ReadInt64BigEndian(batch),
        BatchLength = BinaryPrimitives.ReadInt32BigEndian(batch[LengthPosition..]),
        PartitionLeaderEpoch = BinaryPrimitives.ReadInt32BigEndian(batch[PartitionLeaderEpochPosition..]),
        Magic = (sbyte)batch[MagicPosition],
        Crc = BinaryPrimitives.ReadUInt32BigEndian(batch[CrcPosition..]),
        Attributes = BinaryPrimitives.ReadInt16BigEndian(batch[AttributesPosition..]),
        LastOffsetDelta = BinaryPrimitives.ReadInt32BigEndian(batch[LastOffsetDeltaPosition..]),
        BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[BaseTimestampPosition..]),
        MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[MaxTimestampPosition..]),
        ProducerId = BinaryPrimitives.ReadInt64BigEndian(batch[ProducerIdPosition..]),
        ProducerEpoch = BinaryPrimitives.ReadInt16BigEndian(batch[ProducerEpochPosition..]),
        BaseSequence = BinaryPrimitives.ReadInt32BigEndian(batch[BaseSequencePosition..]),
        RecordCount = BinaryPrimitives.ReadInt32BigEndian(batch[RecordCountPosition..]),
    };

    /// <summary>Encodes the header; <paramref name="batch"/> must hold at least <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> batch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[LengthPosition..], BatchLength);
        BinaryPrimitives.WriteInt32BigEndian(batch[PartitionLeaderEpochPosition..], PartitionLeaderEpoch);
        batch[MagicPosition] = (byte)Magic;
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcPosition..], Crc);
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesPosition..], Attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch[LastOffsetDeltaPosition..], LastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[BaseTimestampPosition..], BaseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampPosition..], MaxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[ProducerIdPosition..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[ProducerEpochPosition..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[BaseSequencePosition..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordCountPosition..], RecordCount);
    }

    /// <summary>Writes the CRC of a whole batch into it, after anything behind <see cref="CrcPosition"/>
    /// changed.</summary>
    public static void SealCrc(Span<byte> batch) =>
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcPosition..], ComputeCrc(batch));

    /// <summary>Patches what the leader decides when it appends: both lie outside of the CRC.</summary>
    public static void PatchOffsetAndEpoch(Span<byte> batch, long baseOffset, int partitionLeaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[PartitionLeaderEpochPosition..], partitionLeaderEpoch);
    }
}
