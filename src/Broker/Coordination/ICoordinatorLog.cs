using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Coordination;

/// <summary>
/// The log of a coordinator's partitions, as the coordinator needs it. Implemented on the replica manager, which also
/// tells <see cref="CoordinatorRuntime.OnHighWatermark"/> of every advance.
/// </summary>
internal interface ICoordinatorLog
{
    /// <summary>Appends one batch as the leader of an epoch.</summary>
    /// <param name="partition">Where to.</param>
    /// <param name="leaderEpoch">The epoch in which this broker believes to lead.</param>
    /// <param name="batch">A sealed batch of format 2; offsets and epoch in it may be overwritten.</param>
    /// <param name="endOffset">The offset behind the batch.</param>
    /// <param name="transaction">What a batch of a transaction, or a marker, needs besides.</param>
    /// <returns>None, or why nothing was appended: another leader, too few replicas, a broken disk.</returns>
    ErrorCode Append(
        TopicPartition partition, int leaderEpoch, Memory<byte> batch, out long endOffset,
        TransactionAppend transaction = default);

    /// <summary>Begins to ask whether a transaction has the partition; null when nobody need be asked.</summary>
    VerificationGuard? StartVerification(TopicPartition partition, long producerId, short epoch);

    /// <summary>Offset behind the last committed record, or -1 when the partition is not led here.</summary>
    long HighWatermark(TopicPartition partition);

    /// <summary>
    /// Reads batches, at least one whole one unless the log ends, whether they are committed or not; the last of
    /// several may be cut off. An offset before the start of the log reads from its start.
    /// </summary>
    CoordinatorLogSlice Read(TopicPartition partition, long offset, int maxBytes);
}

/// <summary>What <see cref="ICoordinatorLog.Read"/> found.</summary>
/// <param name="Error">None, or why nothing could be read.</param>
/// <param name="Batches">Batches; empty at the end of the log. Valid until the next read.</param>
/// <param name="LogEndOffset">Offset behind the last record of the log.</param>
internal readonly record struct CoordinatorLogSlice(ErrorCode Error, ReadOnlyMemory<byte> Batches, long LogEndOffset);
