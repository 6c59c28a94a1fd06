using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Cluster.Raft;

/// <summary>The batches of a fetch response that may be appended: whole, unharmed, and going on where the log
/// ends.</summary>
internal readonly record struct FetchedBatches(
    ReadOnlyMemory<byte> Bytes, IReadOnlyList<RecordBatchHeader> Batches, IReadOnlyList<VotersAt> Voters,
    string? Error)
{
    /// <summary>Takes batches until the first that is wrong; it and what follows is left out, to be fetched
    /// again.</summary>
    internal static FetchedBatches Check(RecordsData records, OffsetAndEpoch end, int leaderEpoch)
    {
        var headers = new List<RecordBatchHeader>();
        var voters = new List<VotersAt>();
        var taken = 0;
        string? error = null;
        try
        {
            foreach (var batch in RecordBatches.In(records.Memory))
            {
                error = Fault(batch, end, leaderEpoch);
                if (error is not null)
                    break;
                voters.AddRange(VoterRecords.In(batch));
                headers.Add(batch.Header);
                taken += batch.Header.SizeInBytes;
                end = new OffsetAndEpoch(batch.Header.NextOffset, batch.Header.PartitionLeaderEpoch);
            }
        }
        catch (Exception corrupt) when (corrupt is CorruptRecordException or ProtocolException or ArgumentException)
        {
            error = corrupt.Message;
        }
        return new FetchedBatches(records.Memory[..taken], headers, voters, error);
    }

    private static string? Fault(RecordBatch batch, OffsetAndEpoch end, int leaderEpoch)
    {
        if (batch.Header.BaseOffset != end.Offset || batch.Header.LastOffsetDelta < 0)
            return $"batch at {batch.Header.BaseOffset} does not continue the log, which ends at {end.Offset}";
        if (batch.Header.PartitionLeaderEpoch < end.Epoch || batch.Header.PartitionLeaderEpoch > leaderEpoch)
            return $"batch at {end.Offset} has epoch {batch.Header.PartitionLeaderEpoch}, "
                + $"outside of {end.Epoch} to {leaderEpoch}";
        return batch.IsCrcValid ? null : $"batch at {end.Offset} does not match its checksum";
    }
}
