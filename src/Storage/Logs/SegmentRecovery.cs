using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>Checks the batches of a segment from an offset on, rebuilds its indexes from there, and cuts it in front of
/// the first batch that is not whole.</summary>
internal static class SegmentRecovery
{
    internal static LogRecoveryReport Run(
        LogSegment segment, long fromOffset, LogLoadContext context, LeaderEpochCache leaderEpochs)
    {
        var (startOffset, position) = StartOf(segment, fromOffset);
        segment.RestartIndexes(startOffset, position);
        var (batches, end, nextOffset) = (0, position, startOffset);
        using (var scanner = new BatchScanner(segment.File.File, position, segment.Size))
        {
            var previous = startOffset - 1;
            while (scanner.MoveNext() && Continues(segment, previous, scanner.Header, context) && scanner.IsCrcValid)
            {
                segment.Reindex(scanner.Batch.Span, scanner.Position, context.Config.IndexIntervalBytes);
                leaderEpochs.Assign(scanner.Header.PartitionLeaderEpoch, scanner.Header.BaseOffset);
                previous = scanner.Header.LastOffset;
                end = scanner.NextPosition;
                nextOffset = scanner.Header.NextOffset;
                batches++;
            }
        }
        var lost = segment.Size - end;
        if (lost > 0 && nextOffset < context.RecoveryPoint)
            throw Damaged(segment, nextOffset, end, context);
        if (lost > 0)
            segment.CutAt(end);
        segment.AbortedTransactions.TruncateTo(nextOffset);
        return new LogRecoveryReport(batches, lost, 0, position == 0 && segment.Size > 0 ? 1 : 0);
    }

    // A power cut tears only what was not flushed. This was: the disk lost it, and cutting would lose what follows too.
    private static CorruptLogException Damaged(
        LogSegment segment, long offset, int position, LogLoadContext context) => new(segment.File.Name,
        $"the batch at position {position}, where offset {offset} should be, is damaged although everything below " +
        $"{context.RecoveryPoint} was on disk before. To get the records from another replica, move {context.Path} " +
        $"away; to go on without everything from offset {offset}, remove the line of {context.Partition} from " +
        $"{Path.Combine(context.LogDirectory.Path, OffsetCheckpoint.RecoveryPointFile)}");

    // The base offset lies outside of the CRC. Only compaction leaves gaps, also in what a follower copied.
    private static bool Continues(LogSegment segment, long previous, in RecordBatchHeader batch, LogLoadContext context) =>
        (context.MayHaveGaps ? batch.BaseOffset > previous : batch.BaseOffset == previous + 1) &&
        batch.LastOffset - segment.BaseOffset <= int.MaxValue;

    // A flushed index says where the batch with the recovery point is, which bounds the work by what was not flushed.
    private static (long Offset, int Position) StartOf(LogSegment segment, long fromOffset)
    {
        if (fromOffset <= segment.BaseOffset || !segment.HasPlausibleIndexes || !segment.OffsetIndex.IsMonotonic())
            return (segment.BaseOffset, 0);
        return segment.FindIndexedBatch(fromOffset - 1) is { } batch
            ? (batch.Header.BaseOffset, batch.Position)
            : (segment.BaseOffset, 0);
    }
}
