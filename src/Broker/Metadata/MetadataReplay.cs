using Platform.Cluster.Metadata;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Broker.Metadata;

/// <summary>Reads batches of the metadata log into a delta. Between the begin and the end of a transaction of records
/// (KIP-868) there is no image that others may see.</summary>
internal sealed class MetadataReplay(MetadataImage image)
{
    private const int MaxDecompressedBytes = 64 * 1024 * 1024;

    private bool _inTransaction;

    /// <summary>What was replayed since the image.</summary>
    public MetadataDelta Delta { get; private set; } = new(image);

    /// <summary>Offset after the last record replayed.</summary>
    public long NextOffset { get; private set; } = image.Offset + 1;

    /// <summary>Epoch of the last batch replayed.</summary>
    public int Epoch { get; private set; } = image.Epoch;

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
            NextOffset = batch.Header.NextOffset;
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
