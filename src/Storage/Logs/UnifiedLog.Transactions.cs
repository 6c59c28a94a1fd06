namespace Platform.Storage;

public sealed partial class UnifiedLog
{
    /// <summary>Begins to ask the coordinator whether a producer's transaction has this partition (KIP-890).</summary>
    /// <param name="producerId">The producer.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="sequence">First sequence number of the batch that is to be appended.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    /// <returns>What the append brings along; null when nobody need be asked, since the transaction has records
    /// here.</returns>
    public VerificationGuard? StartVerification(long producerId, short epoch, int sequence, long nowMs)
    {
        lock (_lock)
        {
            return _producers.HasOpenTransaction(producerId, epoch)
                ? null
                : _producers.Verifications.Begin(producerId, epoch, sequence, nowMs);
        }
    }

    /// <summary>The idempotent producers that are known here, by id.</summary>
    public IReadOnlyList<ProducerInfo> DescribeProducers()
    {
        lock (_lock)
            return _producers.Describe();
    }

    /// <summary>Transactions whose abort marker lies at or behind an offset, up to another one, with the batches that
    /// consumers of committed records and compaction leave out.</summary>
    /// <param name="fromOffset">First offset of the records in question.</param>
    /// <param name="upperBound">Offset behind the last of them.</param>
    public IReadOnlyList<AbortedTransaction> AbortedTransactions(long fromOffset, long upperBound)
    {
        var segments = _segments.All;
        return AbortedTransactions(segments, Math.Max(LogSegments.Floor(segments, fromOffset), 0), fromOffset, upperBound);
    }

    // An entry lies in the segment of its marker, which may be a later one than that of the records.
    private static IReadOnlyList<AbortedTransaction> AbortedTransactions(
        LogSegment[] segments, int first, long fromOffset, long upperBound)
    {
        List<AbortedTransaction>? found = null;
        for (var i = first; i < segments.Length; i++)
        {
            if (segments[i].AbortedTransactions.Collect(fromOffset, upperBound, ref found))
                break;
        }
        return found ?? (IReadOnlyList<AbortedTransaction>)[];
    }

    // Before the end of the log or the high watermark moves, so that readers never see more than they may.
    private void PublishFirstUnstable()
    {
        var offset = _producers.Transactions.FirstUnstableOffset;
        if (offset < 0)
        {
            if (_firstUnstable is not null)
                Volatile.Write(ref _firstUnstable, null);
            return;
        }
        offset = Math.Max(offset, _logStartOffset);
        if (_firstUnstable?.Offset != offset)
            Volatile.Write(ref _firstUnstable, new LogOffsetMetadata(offset));
    }
}
