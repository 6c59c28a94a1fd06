using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Broker.Quorum;

/// <summary>A snapshot's bytes (KIP-630): a batch with the header's control record, batches with the records that make
/// the image, a batch with the footer's.</summary>
internal static class SnapshotFormat
{
    private const int RecordsPerBatch = 500;
    private const int MaxDecompressedBytes = 64 * 1024 * 1024;

    /// <summary>The batches of a snapshot.</summary>
    /// <param name="image">What it shall hold.</param>
    /// <param name="lastTimestampMs">Time of the last record that is in the image, in ms since 1970.</param>
    /// <param name="voters">The voters that the log names up to the image; null when it names none (KIP-853).</param>
    public static IEnumerable<byte[]> Write(MetadataImage image, long lastTimestampMs, VoterSet? voters = null)
    {
        var offset = 0L;
        var header = new SnapshotHeaderRecord { LastContainedLogTimestamp = lastTimestampMs };
        var first = new ControlMessage(ControlRecordType.SnapshotHeader, header);
        ControlMessage[] head = voters is null ? [first] : [first, .. VoterRecords.Messages(voters)];
        yield return ControlRecord.RaftBatch(offset, image.Epoch, lastTimestampMs, head);
        offset += head.Length;
        foreach (var records in image.ToRecords().Chunk(RecordsPerBatch))
        {
            yield return Data(offset, records);
            offset += records.Length;
        }
        yield return Control(offset, ControlRecordType.SnapshotFooter, new SnapshotFooterRecord());

        byte[] Control(long baseOffset, ControlRecordType type, IMessage message) => ControlRecord.RaftBatch(
            baseOffset, image.Epoch, lastTimestampMs, new ControlMessage(type, message));

        byte[] Data(long baseOffset, IMetadataRecord[] records)
        {
            using var batch = new RecordBatchBuilder { BaseOffset = baseOffset, PartitionLeaderEpoch = image.Epoch };
            foreach (var record in records)
                batch.Append(lastTimestampMs, null, MetadataRecordSerde.Write(record));
            return batch.Build();
        }
    }

    /// <summary>The image that a snapshot holds.</summary>
    /// <exception cref="CorruptRecordException">The snapshot is damaged or not whole.</exception>
    public static MetadataImage Read(OffsetAndEpoch id, ReadOnlyMemory<byte> snapshot)
    {
        var delta = new MetadataDelta(MetadataImage.Empty);
        ControlRecordType? last = null;
        foreach (var batch in RecordBatches.In(snapshot))
        {
            if (!batch.IsCrcValid)
                throw new CorruptRecordException($"snapshot {id}: batch {batch.Header.BaseOffset} does not match its "
                    + "checksum; delete the snapshot, and this node fetches another one");
            using var records = batch.Records(MaxDecompressedBytes);
            foreach (var record in records)
                if (batch.Header.IsControl)
                    last = ControlRecord.Parse(record).Type;
                else
                    delta.Replay(MetadataRecordSerde.Read(record.Value ?? ReadOnlyMemory<byte>.Empty));
        }
        return last == ControlRecordType.SnapshotFooter
            ? delta.Apply(id.Offset - 1, id.Epoch)
            : throw new CorruptRecordException($"snapshot {id} has no footer: it is not whole");
    }
}
