using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>Finds the aborted transactions for records in remote storage. Entries lie in the segment of their marker, which
/// may be a later one, remote or local.</summary>
internal static class RemoteAborted
{
    /// <summary>Transactions with records between two offsets.</summary>
    /// <param name="context">Remote storage.</param>
    /// <param name="log">The log.</param>
    /// <param name="cache">Its copies.</param>
    /// <param name="first">The copy that the records are in.</param>
    /// <param name="fetchOffset">First offset of the records.</param>
    /// <param name="upperBound">Offset behind the last.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IReadOnlyList<AbortedTransaction>> CollectAsync(
        RemoteLogContext context, UnifiedLog log, RemoteLogMetadataCache cache, RemoteLogSegmentMetadata first,
        long fetchOffset, long upperBound, CancellationToken cancellation)
    {
        var found = new List<AbortedTransaction>();
        var next = first;
        while (next is { } segment)
        {
            if (await CollectAsync(context, segment, fetchOffset, upperBound, found, cancellation))
                return found;
            var offset = segment.EndOffset + 1;
            if (offset >= log.LocalLogStartOffset || log.Lineage.At(offset) is not { } epoch)
                return AddLocal(log, offset, fetchOffset, upperBound, found);
            next = cache.Find(epoch.Epoch, offset);
        }
        return AddLocal(log, log.LocalLogStartOffset, fetchOffset, upperBound, found);
    }

    // True when later segments need not be looked at.
    private static async Task<bool> CollectAsync(
        RemoteLogContext context, RemoteLogSegmentMetadata segment, long fetchOffset, long upperBound,
        List<AbortedTransaction> found, CancellationToken cancellation)
    {
        if (segment.TxnIndexEmpty)
            return false;
        ReadOnlyMemory<byte> index;
        try
        {
            index = await context.Storage.FetchIndexAsync(segment, RemoteIndexType.Transaction, cancellation);
        }
        catch (RemoteResourceNotFoundException)
        {
            return false;
        }
        foreach (var aborted in AbortedTransaction.ReadIndex(index.Span))
        {
            if (aborted.LastOffset >= fetchOffset && aborted.FirstOffset < upperBound)
                found.Add(aborted);
            if (aborted.LastStableOffset >= upperBound)
                return true;
        }
        return false;
    }

    private static List<AbortedTransaction> AddLocal(
        UnifiedLog log, long from, long fetchOffset, long upperBound, List<AbortedTransaction> found)
    {
        foreach (var aborted in log.LocalAbortedTransactions(from, fetchOffset, upperBound))
            if (!found.Contains(aborted))
                found.Add(aborted);
        return found;
    }
}
