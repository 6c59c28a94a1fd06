using Microsoft.Extensions.Logging;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Broker.Coordination;

/// <summary>Replays the log of a partition into its shard, a buffer at a time.</summary>
internal sealed class CoordinatorLoader(CoordinatorPartition target, CoordinatorSettings settings, TimeProvider time)
{
    private const int MaxDecompressedBatchBytes = 256 * 1024 * 1024;
    private long _records;

    /// <summary>Reads to the end of the log and opens the partition, or closes it when that fails.</summary>
    public void Load()
    {
        try
        {
            var started = time.GetTimestamp();
            if (ReadAll() is not { } endOffset)
                return;
            target.Activate(endOffset, time.GetUtcNow().ToUnixTimeMilliseconds());
            settings.Logger.Loaded(target.Partition, target.LeaderEpoch, _records, time.GetElapsedTime(started));
        }
        catch (Exception error)
        {
            settings.Logger.LoadFailed(error, target.Partition, target.LeaderEpoch);
            target.Close();
        }
    }

    private long? ReadAll()
    {
        var offset = 0L;
        while (target.IsWanted)
        {
            var slice = settings.Log.Read(target.Partition, offset, settings.LoadBufferBytes);
            if (slice.Error != ErrorCode.None)
                throw new InvalidOperationException($"cannot read from offset {offset}: {slice.Error}");
            if (slice.Batches.IsEmpty)
                return slice.LogEndOffset;
            offset = Replay(slice.Batches);
        }
        return null;
    }

    // The last batch may be cut off by the end of the buffer; the next read begins with it.
    private long Replay(ReadOnlyMemory<byte> batches)
    {
        var nextOffset = -1L;
        while (batches.Length >= RecordBatchHeader.Size && RecordBatch.ReadSize(batches.Span) <= batches.Length)
        {
            var batch = RecordBatch.Parse(batches);
            batch.EnsureValidCrc(target.Partition.ToString());
            if (batch.Header.IsControl)
                ReplayMarker(batch);
            else
                Replay(batch);
            nextOffset = batch.Header.NextOffset;
            batches = batches[batch.Header.SizeInBytes..];
        }
        return nextOffset >= 0
            ? nextOffset
            : throw new CorruptRecordException($"{target.Partition}: {batches.Length} bytes were read, but no batch");
    }

    private void ReplayMarker(RecordBatch batch)
    {
        foreach (var record in batch.Records(MaxDecompressedBatchBytes))
        {
            var type = ControlRecord.Parse(record).Type;
            if (batch.Header.HasProducerId && type is ControlRecordType.Commit or ControlRecordType.Abort)
                target.Shard.ApplyEndTransaction(ProducerOf(batch), type == ControlRecordType.Commit);
        }
    }

    private static ProducerIdAndEpoch ProducerOf(RecordBatch batch) =>
        new(batch.Header.ProducerId, batch.Header.ProducerEpoch);

    private void Apply(CoordinatorRecord record, RecordBatch batch)
    {
        if (batch.Header.IsTransactional)
            target.Shard.ApplyTransactional(record, ProducerOf(batch));
        else
            target.Shard.Apply(record);
    }

    private void Replay(RecordBatch batch)
    {
        foreach (var record in batch.Records(MaxDecompressedBatchBytes))
        {
            if (record.Key is not { } key)
                continue;
            _records++;
            if (settings.Codec.Decode(key, record.Value) is { } decoded)
                Apply(decoded, batch);
            else
                settings.Logger.UnknownRecord(target.Partition, record.Offset);
        }
    }
}
