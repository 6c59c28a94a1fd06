using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>Brings producer state from its newest usable snapshot to the end of the log, by reading batch headers and
/// markers. Aborted transactions that a crash took out of the transaction indexes are put back.</summary>
internal static class ProducerReplay
{
    internal static void Run(
        ProducerStateManager producers, IReadOnlyList<LogSegment> segments, long logStartOffset, long endOffset) =>
        Run(producers, segments, logStartOffset, endOffset, endOffset);

    /// <param name="producers">The state; what it holds is forgotten.</param>
    /// <param name="segments">All segments.</param>
    /// <param name="logStartOffset">Where the log begins.</param>
    /// <param name="endOffset">Where it ends.</param>
    /// <param name="indexedOffset">Up to here transaction indexes are complete.</param>
    internal static void Run(ProducerStateManager producers, IReadOnlyList<LogSegment> segments, long logStartOffset,
        long endOffset, long indexedOffset)
    {
        producers.Reload(logStartOffset, Math.Max(Math.Min(indexedOffset, endOffset), logStartOffset));
        if (producers.MapEndOffset == endOffset)
            return;
        Span<byte> window = stackalloc byte[HeaderScanner.WindowBytes];
        for (var i = 0; i < segments.Count; i++)
        {
            if (i + 1 < segments.Count && segments[i + 1].BaseOffset <= producers.MapEndOffset)
                continue;
            var segment = segments[i];
            if (segment.Size == 0 || segment.FindBatch(producers.MapEndOffset, segment.Size) is not { } first)
                continue;
            var scanner = new HeaderScanner(segment.File.File, window, first.Position, segment.Size);
            while (scanner.MoveNext())
                Take(producers, segment, scanner);
        }
    }

    /// <summary>The state at the end of some segments, without touching snapshots behind it.</summary>
    /// <param name="producers">The state; what it holds is forgotten.</param>
    /// <param name="segments">The segments, all closed.</param>
    /// <param name="endOffset">Where they end.</param>
    internal static void RunUpTo(ProducerStateManager producers, IReadOnlyList<LogSegment> segments, long endOffset)
    {
        producers.LoadNewest(segments[0].BaseOffset, endOffset);
        Span<byte> window = stackalloc byte[HeaderScanner.WindowBytes];
        foreach (var segment in segments)
        {
            if (segment.Size == 0 || segment.FindBatch(producers.MapEndOffset, segment.Size) is not { } first)
                continue;
            var scanner = new HeaderScanner(segment.File.File, window, first.Position, segment.Size);
            while (scanner.MoveNext())
                producers.Update(scanner.Current, scanner.Current is { IsControl: true, HasProducerId: true }
                    ? ReadMarker(segment, scanner) : null);
        }
    }

    private static void Take(ProducerStateManager producers, LogSegment segment, in HeaderScanner scanner)
    {
        var batch = scanner.Current;
        var marker = batch is { IsControl: true, HasProducerId: true } ? ReadMarker(segment, scanner) : null;
        if (producers.Update(batch, marker) is { IsAborted: true } aborted &&
            aborted.LastOffset > segment.AbortedTransactions.LastOffset)
            segment.AbortedTransactions.Append(new AbortedTransaction(aborted.ProducerId, aborted.FirstOffset,
                aborted.LastOffset, producers.Transactions.LastStableOffsetAfter(aborted)));
    }

    private static EndTransactionMarker? ReadMarker(LogSegment segment, in HeaderScanner scanner)
    {
        var size = scanner.Current.SizeInBytes;
        if (size > EndTransactionMarker.BytesMax)
            return null;
        var batch = new byte[size];
        try
        {
            return segment.File.File.Read(batch, scanner.Position) == size ? EndTransactionMarker.Read(batch) : null;
        }
        catch (CorruptRecordException damaged)
        {
            // Below the recovery point nobody has looked at the CRC of this batch yet.
            throw new CorruptLogException(
                segment.File.Name, $"the marker at byte {scanner.Position} cannot be read: {damaged.Message}");
        }
    }
}
