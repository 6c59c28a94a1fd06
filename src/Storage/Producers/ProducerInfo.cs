namespace Platform.Storage;

/// <summary>An idempotent producer as DescribeProducers shows it.</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="LastSequence">Sequence number of its last record; -1 when none is known.</param>
/// <param name="LastTimestamp">Time of its last record or marker, in ms since 1970; -1 when unknown.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that wrote its last marker; -1 for none.</param>
/// <param name="CurrentTxnFirstOffset">First offset of its open transaction; -1 for none.</param>
public readonly record struct ProducerInfo(long ProducerId, short Epoch, int LastSequence, long LastTimestamp,
    int CoordinatorEpoch, long CurrentTxnFirstOffset);
