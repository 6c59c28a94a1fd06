using System.Text;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Simulation.Transactions;

/// <summary>What a consumer of committed records makes of a fetch: it leaves out control batches, and the batches of
/// transactions that the broker names as aborted, up to their marker.</summary>
internal static class CommittedBatches
{
    public static List<string> Values(byte[] records, IReadOnlyList<AbortedTransaction> aborted)
    {
        var values = new List<string>();
        foreach (var batch in RecordBatches.In(records))
        {
            var isAborted = aborted.Any(transaction => transaction.ProducerId == batch.Header.ProducerId
                && batch.Header.BaseOffset >= transaction.FirstOffset && batch.Header.LastOffset < transaction.LastOffset);
            if (batch.Header.IsControl || isAborted)
                continue;
            foreach (var record in batch.Records(int.MaxValue))
                values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
        }
        return values;
    }
}
