using System.Collections.Concurrent;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tests.Tiering;

/// <summary>Remote storage in memory, shared by all nodes of a test and alive when they end, that fails when it is
/// told.</summary>
internal sealed class TestRemoteStorage : IRemoteStorageManager
{
    private readonly ConcurrentDictionary<Uuid, Stored> _segments = new();
    private int _copies;
    private int _reads;

    private sealed record Stored(RemoteLogSegmentMetadata Metadata, byte[] Log, Dictionary<RemoteIndexType, byte[]> Indexes);

    /// <summary>Called before anything is copied; what it throws is the copy's failure.</summary>
    public Func<RemoteLogSegmentMetadata, Task> BeforeCopy { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called after everything was copied, before it is told.</summary>
    public Func<RemoteLogSegmentMetadata, Task> AfterCopy { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called before anything is read.</summary>
    public Func<RemoteLogSegmentMetadata, Task> BeforeRead { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called before anything is deleted.</summary>
    public Func<RemoteLogSegmentMetadata, Task> BeforeDelete { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Copies that were tried.</summary>
    public int Copies => Volatile.Read(ref _copies);

    /// <summary>Reads of records.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>What is stored, whole or not, by first offset.</summary>
    public IReadOnlyList<RemoteLogSegmentMetadata> Segments =>
        [.. _segments.Values.Select(stored => stored.Metadata).OrderBy(metadata => metadata.StartOffset)];

    public async ValueTask<ReadOnlyMemory<byte>?> CopyLogSegmentDataAsync(
        RemoteLogSegmentMetadata metadata, LogSegmentData data, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _copies);
        await BeforeCopy(metadata).WaitAsync(cancellation);
        var indexes = new Dictionary<RemoteIndexType, byte[]>
        {
            [RemoteIndexType.Offset] = await File.ReadAllBytesAsync(data.OffsetIndex, cancellation),
            [RemoteIndexType.Timestamp] = await File.ReadAllBytesAsync(data.TimeIndex, cancellation),
            [RemoteIndexType.ProducerSnapshot] = await File.ReadAllBytesAsync(data.ProducerSnapshotIndex, cancellation),
            [RemoteIndexType.LeaderEpoch] = data.LeaderEpochIndex.ToArray(),
        };
        if (data.TransactionIndex is not null)
            indexes[RemoteIndexType.Transaction] = await File.ReadAllBytesAsync(data.TransactionIndex, cancellation);
        var log = await File.ReadAllBytesAsync(data.LogSegment, cancellation);
        _segments[metadata.RemoteLogSegmentId.Id] = new Stored(metadata, log, indexes);
        await AfterCopy(metadata).WaitAsync(cancellation);
        return default;
    }

    public async ValueTask<int> FetchLogSegmentAsync(RemoteLogSegmentMetadata metadata, int startPosition,
        Memory<byte> destination, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _reads);
        await BeforeRead(metadata).WaitAsync(cancellation);
        var log = Get(metadata).Log;
        var count = Math.Min(destination.Length, log.Length - startPosition);
        log.AsMemory(startPosition, count).CopyTo(destination);
        return count;
    }

    public async ValueTask<ReadOnlyMemory<byte>> FetchIndexAsync(
        RemoteLogSegmentMetadata metadata, RemoteIndexType index, CancellationToken cancellation)
    {
        await BeforeRead(metadata).WaitAsync(cancellation);
        return Get(metadata).Indexes.TryGetValue(index, out var bytes) ? bytes
            : throw new RemoteResourceNotFoundException($"no {index} of {metadata.RemoteLogSegmentId}");
    }

    public async ValueTask DeleteLogSegmentDataAsync(RemoteLogSegmentMetadata metadata, CancellationToken cancellation)
    {
        await BeforeDelete(metadata).WaitAsync(cancellation);
        _segments.TryRemove(metadata.RemoteLogSegmentId.Id, out _);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Stored Get(RemoteLogSegmentMetadata metadata) =>
        _segments.TryGetValue(metadata.RemoteLogSegmentId.Id, out var stored) ? stored
            : throw new RemoteResourceNotFoundException($"no {metadata.RemoteLogSegmentId}");
}
