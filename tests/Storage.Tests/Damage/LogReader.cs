using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Storage.Tests.Logs;
using Platform.Testing;

namespace Platform.Storage.Tests.Damage;

/// <summary>Reads as a consumer does: checks checksums, and leaves out what the broker says was aborted.</summary>
internal static class LogReader
{
    private const int FetchBytes = 700;

    /// <summary>All records from the log start on.</summary>
    /// <param name="log">The log.</param>
    /// <param name="isolation">How far it may be read.</param>
    /// <param name="refused">The broker refused an offset, or a batch is not what its checksum says.</param>
    public static List<(long Offset, string Value)> Read(UnifiedLog log, FetchIsolation isolation, out bool refused)
    {
        var values = new List<(long, string)>();
        refused = false;
        var end = isolation == FetchIsolation.TxnCommitted ? log.LastStableOffset : log.LogEndOffset;
        for (var next = log.LogStartOffset; next < end;)
        {
            var found = log.Read(next, FetchBytes, isolation, minOneMessage: true);
            refused = found.Error != ErrorCode.None || found.Records.SizeInBytes == 0;
            if (refused)
                return values;
            var aborted = new Queue<AbortedTransaction>((found.AbortedTransactions ?? []).OrderBy(a => a.FirstOffset));
            try
            {
                next = Take(LogHarness.Copy(found), aborted, values);
            }
            catch (CorruptRecordException)
            {
                refused = true;
                return values;
            }
        }
        values.RemoveAll(value => value.Item1 < log.LogStartOffset);
        return values;
    }

    private static long Take(byte[] records, Queue<AbortedTransaction> aborted, List<(long, string)> values)
    {
        var next = -1L;
        var ignored = new HashSet<long>();
        foreach (var batch in RecordBatches.In(records))
        {
            batch.EnsureValidCrc("read");
            next = batch.Header.NextOffset;
            if (!IsLeftOut(batch, aborted, ignored))
                values.AddRange(TestBatches.Values(batch.Bytes));
        }
        return next;
    }

    private static bool IsLeftOut(RecordBatch batch, Queue<AbortedTransaction> aborted, HashSet<long> ignored)
    {
        while (aborted.TryPeek(out var transaction) && transaction.FirstOffset <= batch.Header.LastOffset)
            ignored.Add(aborted.Dequeue().ProducerId);
        if (!batch.Header.IsControl)
            return batch.Header.IsTransactional && ignored.Contains(batch.Header.ProducerId);
        ignored.Remove(batch.Header.ProducerId);
        return true;
    }
}
