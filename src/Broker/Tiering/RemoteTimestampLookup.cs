using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>Finds offsets by time in remote storage (ListOffsets, KIP-405).</summary>
internal sealed class RemoteTimestampLookup(RemoteLogContext context)
{
    private const int WindowBytes = 1 << 20;
    private const int MaxDecompressedBytes = 256 << 20;

    /// <summary>The first record with at least a timestamp among what is in remote storage only; null when there is
    /// none.</summary>
    /// <exception cref="IOException">Remote storage failed.</exception>
    public async Task<(long Offset, long Timestamp)?> FindAsync(
        Partition partition, long timestamp, CancellationToken cancellation)
    {
        foreach (var segment in Readable(partition))
            if (segment.MaxTimestampMs >= timestamp
                && await FindAsync(segment, timestamp, partition.Log.LogStartOffset, cancellation) is { } found)
                return found;
        return null;
    }

    /// <summary>The record with the largest timestamp among what is in remote storage only; null when there is
    /// none.</summary>
    /// <exception cref="IOException">Remote storage failed.</exception>
    public async Task<(long Offset, long Timestamp)?> FindLargestAsync(Partition partition, CancellationToken cancellation)
    {
        var segment = Readable(partition).MaxBy(static segment => segment.MaxTimestampMs);
        return segment is null ? null
            : await FindAsync(segment, segment.MaxTimestampMs, partition.Log.LogStartOffset, cancellation);
    }

    private IEnumerable<RemoteLogSegmentMetadata> Readable(Partition partition)
    {
        var log = partition.Log;
        if (log.LogStartOffset >= log.LocalLogStartOffset)
            return [];
        var cache = context.Metadata.CacheOf(partition.Id) ?? throw new RemoteStorageException(
            $"{partition.Id.TopicPartition}: what is in remote storage is not known yet");
        var lineage = log.Lineage;
        var (start, localStart) = (log.LogStartOffset, log.LocalLogStartOffset);
        return cache.Segments.Where(segment => segment.State == RemoteLogSegmentState.CopySegmentFinished
            && segment.EndOffset >= start && segment.StartOffset < localStart && lineage.Contains(segment));
    }

    private async Task<(long Offset, long Timestamp)?> FindAsync(
        RemoteLogSegmentMetadata segment, long timestamp, long startOffset, CancellationToken cancellation)
    {
        var times = await context.Storage.FetchIndexAsync(segment, RemoteIndexType.Timestamp, cancellation);
        var from = Math.Max(RemoteIndexes.OffsetOf(times.Span, segment.StartOffset, timestamp), startOffset);
        var offsets = await context.Storage.FetchIndexAsync(segment, RemoteIndexType.Offset, cancellation);
        var position = RemoteIndexes.PositionOf(offsets.Span, segment.StartOffset, from);
        var window = WindowBytes;
        while (position < segment.SegmentSizeInBytes)
        {
            var bytes = new byte[Math.Min(window, segment.SegmentSizeInBytes - position)];
            var count = await context.Storage.FetchLogSegmentAsync(segment, position, bytes, cancellation);
            var (consumed, found) = Search(bytes.AsMemory(0, count), timestamp, from);
            if (found is not null)
                return found;
            if (consumed == 0 && count < window)
                return null;
            position += consumed;
            window = consumed == 0 ? window * 2 : WindowBytes;
        }
        return null;
    }

    private static (int Consumed, (long Offset, long Timestamp)? Found) Search(
        ReadOnlyMemory<byte> bytes, long timestamp, long startOffset)
    {
        var consumed = 0;
        foreach (var batch in RecordBatches.In(bytes))
        {
            consumed += batch.Header.SizeInBytes;
            if (batch.Header.MaxTimestamp < timestamp || batch.Header.LastOffset < startOffset)
                continue;
            foreach (var record in batch.Records(MaxDecompressedBytes))
                if (record.Timestamp >= timestamp && record.Offset >= startOffset)
                    return (consumed, (record.Offset, record.Timestamp));
        }
        return (consumed, null);
    }
}
