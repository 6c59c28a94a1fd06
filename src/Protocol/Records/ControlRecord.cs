using System.Buffers.Binary;
using Platform.Protocol.Messages;

namespace Platform.Protocol.Records;

/// <summary>
/// The record of a control batch: its key is {version, type}, both int16, its value a message that begins with its
/// own version. Consumers never see control records, but their offsets count.
/// </summary>
public readonly record struct ControlRecord(ControlRecordType Type, ReadOnlyMemory<byte> Value)
{
    private const int KeySize = 4;
    private const short KeyVersion = 0;

    /// <summary>The key that says <paramref name="type"/>.</summary>
    public static byte[] KeyOf(ControlRecordType type)
    {
        var key = new byte[KeySize];
        BinaryPrimitives.WriteInt16BigEndian(key, KeyVersion);
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(2), (short)type);
        return key;
    }

    /// <summary>Reads key and value of a record in a control batch. A type that is not known is passed on as a number,
    /// and a later version of the key may be longer: both must be ignored by readers.</summary>
    /// <exception cref="CorruptRecordException">The key is too short.</exception>
    public static ControlRecord Parse(Record record)
    {
        var key = record.Key ?? ReadOnlyMemory<byte>.Empty;
        if (key.Length < KeySize)
            throw new CorruptRecordException(
                $"the control record at offset {record.Offset} has a key of {key.Length} bytes; {KeySize} are needed");
        var type = (ControlRecordType)BinaryPrimitives.ReadInt16BigEndian(key.Span[2..]);
        return new ControlRecord(type, record.Value ?? ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Coordinator epoch of a transaction marker.</summary>
    /// <exception cref="CorruptRecordException">The value is too short.</exception>
    public int ReadCoordinatorEpoch()
    {
        if (Value.Length < sizeof(short) + sizeof(int))
            throw new CorruptRecordException($"a transaction marker has a value of {Value.Length} bytes");
        return BinaryPrimitives.ReadInt32BigEndian(Value.Span[sizeof(short)..]);
    }

    /// <summary>The batch that ends a producer's transaction in a partition.</summary>
    /// <param name="producerId">The producer.</param>
    /// <param name="producerEpoch">Its epoch, which fences older ones.</param>
    /// <param name="type"><see cref="ControlRecordType.Commit"/> or <see cref="ControlRecordType.Abort"/>.</param>
    /// <param name="coordinatorEpoch">Epoch of the transaction coordinator that decided.</param>
    /// <param name="nowMs">Time of the record, in ms since 1970.</param>
    public static byte[] EndTransactionBatch(
        long producerId, short producerEpoch, ControlRecordType type, int coordinatorEpoch, long nowMs)
    {
        using var batch = new RecordBatchBuilder
        {
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
            IsTransactional = true,
            IsControl = true,
        };
        using var value = new ProtocolWriter();
        value.WriteInt16(0);
        new EndTxnMarker { CoordinatorEpoch = coordinatorEpoch }.Write(value, 0);
        batch.Append(nowMs, KeyOf(type), value.Written.ToArray());
        return batch.Build();
    }

    /// <summary>A batch of control records of the raft log.</summary>
    /// <param name="baseOffset">Offset of the first.</param>
    /// <param name="epoch">Epoch of the raft leader.</param>
    /// <param name="nowMs">Time of the records, in ms since 1970.</param>
    /// <param name="messages">What the records say, in order.</param>
    public static byte[] RaftBatch(
        long baseOffset, int epoch, long nowMs, params ReadOnlySpan<ControlMessage> messages)
    {
        using var batch = new RecordBatchBuilder
        {
            BaseOffset = baseOffset,
            PartitionLeaderEpoch = epoch,
            IsControl = true,
        };
        using var value = new ProtocolWriter();
        foreach (var (type, message, version) in messages)
        {
            value.Reset();
            message.Write(value, version);
            batch.Append(nowMs, KeyOf(type), value.Written.ToArray());
        }
        return batch.Build();
    }
}
