using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>What is asked of remote storage for one partition of a fetch.</summary>
/// <param name="Offset">First offset wanted.</param>
/// <param name="MaxBytes">Bytes to return at most.</param>
/// <param name="MinOneMessage">Return the first batch whole even when it is larger.</param>
/// <param name="IsCommittedOnly">The reader leaves out aborted transactions and must be told of them.</param>
internal readonly record struct RemoteRead(long Offset, int MaxBytes, bool MinOneMessage, bool IsCommittedOnly);

/// <summary>What was found.</summary>
/// <param name="Error">Why there is nothing, or none.</param>
/// <param name="Records">Batches, the last of which may be cut; empty when the reader is to ask again.</param>
/// <param name="Aborted">Aborted transactions that may have records among them; null for readers who do not care.</param>
internal sealed record RemoteReadResult(
    ErrorCode Error, ReadOnlyMemory<byte> Records, IReadOnlyList<AbortedTransaction>? Aborted = null)
{
    /// <summary>Nothing at the moment.</summary>
    public static readonly RemoteReadResult Nothing = new(ErrorCode.None, default, []);
}

/// <summary>Reads batches from remote storage (KIP-405).</summary>
internal sealed class RemoteLogReader(RemoteLogContext context)
{
    /// <summary>Most bytes of one read, save for a single batch that is larger.</summary>
    private const int MaxReadBytes = 8 << 20;

    /// <summary>Read with what is wanted: the index leads to some kilobytes before it.</summary>
    private const int SlackBytes = 16 << 10;

    private const int MinWindowBytes = 64 << 10;

    /// <summary>Reads from an offset that is in remote storage only.</summary>
    public async Task<RemoteReadResult> ReadAsync(Partition partition, RemoteRead read, CancellationToken cancellation)
    {
        var log = partition.Log;
        if (read.Offset < log.LogStartOffset)
            return new(ErrorCode.OffsetOutOfRange, default);
        // A broker that has just begun to host the partition still reads what there is; the consumer asks again.
        if (context.Metadata.CacheOf(partition.Id) is not { } cache)
            return RemoteReadResult.Nothing;
        if (log.Lineage.At(read.Offset) is not { } epoch || cache.Find(epoch.Epoch, read.Offset) is not { } segment)
            return Missing(partition, read.Offset);
        var counters = context.Metrics.Of(partition.Id.Topic);
        Interlocked.Increment(ref counters.FetchRequests);
        try
        {
            var records = await ReadSegmentAsync(segment, read, cancellation);
            Interlocked.Add(ref counters.FetchBytes, records.Length);
            var aborted = read.IsCommittedOnly && records.Length > 0
                ? await RemoteAborted.CollectAsync(context, log, cache, segment, read.Offset, EndOf(records), cancellation)
                : [];
            return new(ErrorCode.None, records, aborted);
        }
        catch (Exception error) when (error is IOException or CorruptRecordException)
        {
            Interlocked.Increment(ref counters.FetchErrors);
            return Failed(partition, read.Offset, error);
        }
    }

    private RemoteReadResult Missing(Partition partition, long offset)
    {
        // Retention may have been here between the two looks.
        if (offset < partition.Log.LogStartOffset)
            return new(ErrorCode.OffsetOutOfRange, default);
        context.Logger.NotFound(partition.Id.TopicPartition, offset, partition.Log.LogStartOffset);
        return new(ErrorCode.KafkaStorageError, default);
    }

    private RemoteReadResult Failed(Partition partition, long offset, Exception error)
    {
        if (offset < partition.Log.LogStartOffset)
            return new(ErrorCode.OffsetOutOfRange, default);
        context.Logger.ReadFailed(partition.Id.TopicPartition, offset, error.Message);
        return new(error is CorruptRecordException or CorruptLogException
            ? ErrorCode.CorruptMessage : ErrorCode.KafkaStorageError, default);
    }

    private async Task<ReadOnlyMemory<byte>> ReadSegmentAsync(
        RemoteLogSegmentMetadata segment, RemoteRead read, CancellationToken cancellation)
    {
        var index = await context.Storage.FetchIndexAsync(segment, RemoteIndexType.Offset, cancellation);
        var position = RemoteIndexes.PositionOf(index.Span, segment.StartOffset, read.Offset);
        var wanted = Math.Clamp(read.MaxBytes, 0, MaxReadBytes);
        var window = Math.Max(wanted + SlackBytes, MinWindowBytes);
        while (position < segment.SegmentSizeInBytes)
        {
            var bytes = await FetchAsync(segment, position, window, cancellation);
            var (start, size) = FindBatch(bytes.Span, read.Offset);
            if (size == 0 && start == 0)
                throw new CorruptRecordException($"no batch begins at position {position} of {segment.RemoteLogSegmentId}");
            if (size > wanted && !read.MinOneMessage)
                return default;
            if (size > 0 && start + size <= bytes.Length)
                return bytes.Slice(start, Math.Min(bytes.Length - start, Math.Max(wanted, size)));
            position += start;
            window = Math.Max(size, window);
        }
        throw new CorruptRecordException(
            $"offset {read.Offset} should be in {segment.RemoteLogSegmentId} and is not");
    }

    private async Task<ReadOnlyMemory<byte>> FetchAsync(
        RemoteLogSegmentMetadata segment, int position, int window, CancellationToken cancellation)
    {
        var bytes = new byte[Math.Min(window, segment.SegmentSizeInBytes - position)];
        var count = await context.Storage.FetchLogSegmentAsync(segment, position, bytes, cancellation);
        return bytes.AsMemory(0, count);
    }

    /// <summary>Where the first batch with an offset, or a later one, begins, and its size; a size of 0 when it begins
    /// behind what is there.</summary>
    internal static (int Start, int Size) FindBatch(ReadOnlySpan<byte> bytes, long offset)
    {
        var start = 0;
        while (bytes.Length - start >= RecordBatchHeader.Size)
        {
            var header = RecordBatchHeader.Read(bytes[start..]);
            if (header.SizeInBytes < RecordBatchHeader.Size)
                throw new CorruptRecordException($"a batch of {header.SizeInBytes} bytes");
            if (header.LastOffset >= offset)
                return (start, header.SizeInBytes);
            if (start + header.SizeInBytes > bytes.Length)
                break;
            start += header.SizeInBytes;
        }
        return (start, 0);
    }

    // Behind the last batch whose header is there.
    private static long EndOf(ReadOnlyMemory<byte> records)
    {
        var (end, position) = (0L, 0);
        while (records.Length - position >= RecordBatchHeader.Size)
        {
            var header = RecordBatchHeader.Read(records.Span[position..]);
            end = header.NextOffset;
            position += Math.Max(header.SizeInBytes, RecordBatchHeader.Size);
        }
        return end;
    }
}
