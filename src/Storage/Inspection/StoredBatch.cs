using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>A batch as it lies in a log file.</summary>
/// <param name="Position">Where it begins, in bytes.</param>
/// <param name="Header">Its header.</param>
/// <param name="Bytes">All of it; valid until the next batch is asked for.</param>
/// <param name="IsCrcValid">The bytes match the checksum.</param>
public readonly record struct StoredBatch(
    int Position, RecordBatchHeader Header, ReadOnlyMemory<byte> Bytes, bool IsCrcValid);

/// <summary>An entry of an offset index.</summary>
/// <param name="Offset">Last offset of a batch.</param>
/// <param name="Position">Where the batch begins in the log file, in bytes.</param>
public readonly record struct OffsetIndexEntry(long Offset, int Position);

/// <summary>An entry of a time index.</summary>
/// <param name="Timestamp">Largest timestamp so far, in ms since 1970.</param>
/// <param name="Offset">Last offset of the batch that holds it.</param>
public readonly record struct TimeIndexEntry(long Timestamp, long Offset);

/// <summary>A producer in a snapshot.</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="FirstSequence">Sequence number of the first record of its last batch; -1 for none.</param>
/// <param name="LastSequence">Sequence number of the last one; -1 for none.</param>
/// <param name="LastOffset">Offset of the last one; -1 for none.</param>
/// <param name="LastTimestamp">Time of its last record or marker, in ms since 1970.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that wrote its last marker; -1 for none.</param>
/// <param name="CurrentTxnFirstOffset">First offset of its open transaction; -1 for none.</param>
public readonly record struct StoredProducer(long ProducerId, short Epoch, int FirstSequence, int LastSequence,
    long LastOffset, long LastTimestamp, int CoordinatorEpoch, long CurrentTxnFirstOffset);
