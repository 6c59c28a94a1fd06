using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Broker.Metadata;

/// <summary>Reads batches of the metadata log into a delta. Between the begin and the end of a transaction of records
/// (KIP-868) there is no image that others may see.</summary>
/// <param name="delta">What changed since the image that others have.</param>
/// <param name="nextOffset">Offset of the first record to replay.</param>
/// <param name="epoch">Epoch of the record before it.</param>
internal sealed class MetadataReplay(MetadataDelta delta, long nextOffset, int epoch)
{
    private const int MaxDecompressedBytes = 64 * 1024 * 1024;

    private bool _inTransaction;

    /// <summary>What was replayed since the image.</summary>
    public MetadataDelta Delta { get; private set; } = delta;

    /// <summary>Offset after the last record replayed.</summary>
    public long NextOffset { get; private set; } = nextOffset;

    /// <summary>Epoch of the last batch replayed.</summary>
    public int Epoch { get; private set; } = epoch;

    /// <summary>Bytes replayed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Time of the last record replayed, in ms since 1970.</summary>
    public long LastTimestampMs { get; private set; } = -1;

    /// <summary>The voters that the log names so far (KIP-853); null when it names none.</summary>
    public VoterSet? Voters { get; set; }

    /// <summary>True when the delta ends with a whole transaction.</summary>
    public bool IsComplete => !_inTransaction;

    /// <summary>Replays the batches that end at or below an offset.</summary>
    /// <returns>False when there was none.</returns>
    public bool Replay(ReadOnlyMemory<byte> batches, long upTo)
    {
        var start = NextOffset;
        foreach (var batch in RecordBatches.In(batches))
        {
            if (batch.Header.NextOffset > upTo)
                break;
            if (batch.Header.NextOffset <= NextOffset)
                continue;
            if (!batch.Header.IsControl)
                Replay(batch);
            else
                Voters = VoterRecords.In(batch).Select(found => found.Voters).LastOrDefault(Voters);
            NextOffset = batch.Header.NextOffset;
            Bytes += batch.Header.SizeInBytes;
            LastTimestampMs = batch.Header.MaxTimestamp;
            Epoch = batch.Header.PartitionLeaderEpoch;
        }
        return NextOffset > start;
    }

    /// <summary>Makes the image after all that was replayed, and goes on from it.</summary>
    public (MetadataDelta Delta, MetadataImage Image) TakeImage()
    {
        var (delta, next) = (Delta, Delta.Apply(NextOffset - 1, Epoch));
        Delta = new MetadataDelta(next);
        return (delta, next);
    }

    private void Replay(RecordBatch batch)
    {
        using var records = batch.Records(MaxDecompressedBytes);
        foreach (var record in records)
        {
            var message = MetadataRecordSerde.Read(record.Value ?? ReadOnlyMemory<byte>.Empty);
            _inTransaction = message is BeginTransactionRecord
                || (_inTransaction && message is not EndTransactionRecord);
            Delta.Replay(message);
        }
    }
}
