using System.Globalization;
using Platform.Storage;

namespace Platform.Broker.Tiering.Cache;

/// <summary>What is kept of remote storage on this node, and how it is read.</summary>
internal sealed record CacheOptions
{
    /// <summary>Records are read in pieces of this many bytes, which begin at its multiples.</summary>
    public required int ChunkBytes { get; init; }

    /// <summary>Pieces that are read ahead of a reader who has passed the middle of one.</summary>
    public required int PrefetchChunks { get; init; }

    /// <summary>Where pieces are kept; null to keep none and to read exactly what is asked for.</summary>
    public required BlobCache? Chunks { get; init; }

    /// <summary>Where indexes are kept.</summary>
    public required BlobCache Indexes { get; init; }
}

/// <summary>Reads of remote storage through caches on this node; copies and deletions pass through.</summary>
internal sealed class CachedRemoteStorageManager(
    IRemoteStorageManager inner, CacheOptions options, IDisposable? metrics = null) : IRemoteStorageManager
{
    // Reading ahead is a favour: it must not take the connections of those who wait.
    private const int MaxPrefetches = 8;

    private readonly SemaphoreSlim _prefetches = new(MaxPrefetches);

    /// <summary>What lies below the caches.</summary>
    internal IRemoteStorageManager Inner => inner;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> CopyLogSegmentDataAsync(
        RemoteLogSegmentMetadata metadata, LogSegmentData data, CancellationToken cancellation) =>
        inner.CopyLogSegmentDataAsync(metadata, data, cancellation);

    /// <inheritdoc/>
    public async ValueTask<int> FetchLogSegmentAsync(
        RemoteLogSegmentMetadata metadata, int startPosition, Memory<byte> destination, CancellationToken cancellation)
    {
        if (options.Chunks is null)
            return await inner.FetchLogSegmentAsync(metadata, startPosition, destination, cancellation);
        var left = Math.Max(0, metadata.SegmentSizeInBytes - startPosition);
        var wanted = Math.Min(left, destination.Length);
        var done = 0;
        while (done < wanted)
        {
            var chunk = (startPosition + done) / options.ChunkBytes;
            var from = startPosition + done - chunk * options.ChunkBytes;
            var bytes = await options.Chunks.GetAsync(
                NameOf(metadata, chunk), token => LoadChunkAsync(metadata, chunk, token), cancellation);
            var count = Math.Min(bytes.Length - from, wanted - done);
            bytes.AsMemory(from, count).CopyTo(destination[done..]);
            done += count;
            if (from + count > bytes.Length / 2)
                Prefetch(metadata, chunk + 1);
        }
        return done;
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> FetchIndexAsync(
        RemoteLogSegmentMetadata metadata, RemoteIndexType index, CancellationToken cancellation) =>
        await options.Indexes.GetAsync(NameOf(metadata, index),
            async token => (await inner.FetchIndexAsync(metadata, index, token)).ToArray(), cancellation);

    /// <inheritdoc/>
    public async ValueTask DeleteLogSegmentDataAsync(
        RemoteLogSegmentMetadata metadata, CancellationToken cancellation)
    {
        await inner.DeleteLogSegmentDataAsync(metadata, cancellation);
        foreach (var index in Enum.GetValues<RemoteIndexType>())
            options.Indexes.Remove(NameOf(metadata, index));
        for (var chunk = 0; chunk < ChunksOf(metadata); chunk++)
            options.Chunks?.Remove(NameOf(metadata, chunk));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (options.Chunks is not null)
            await options.Chunks.DisposeAsync();
        await options.Indexes.DisposeAsync();
        await inner.DisposeAsync();
        metrics?.Dispose();
    }

    private async Task<byte[]> LoadChunkAsync(
        RemoteLogSegmentMetadata metadata, int chunk, CancellationToken cancellation)
    {
        var position = chunk * options.ChunkBytes;
        var bytes = GC.AllocateUninitializedArray<byte>(Math.Min(options.ChunkBytes, metadata.SegmentSizeInBytes - position));
        var count = await inner.FetchLogSegmentAsync(metadata, position, bytes, cancellation);
        return count == bytes.Length ? bytes
            : throw new RemoteStorageException($"Segment {metadata.RemoteLogSegmentId.Id} of "
                + $"{metadata.RemoteLogSegmentId.TopicIdPartition.TopicPartition} ends after {position + count} of "
                + $"{metadata.SegmentSizeInBytes} bytes in remote storage");
    }

    private void Prefetch(RemoteLogSegmentMetadata metadata, int first)
    {
        var end = Math.Min(first + options.PrefetchChunks, ChunksOf(metadata));
        for (var chunk = first; chunk < end && _prefetches.Wait(0); chunk++)
            _ = PrefetchAsync(metadata, chunk);
    }

    private async Task PrefetchAsync(RemoteLogSegmentMetadata metadata, int chunk)
    {
        try
        {
            await options.Chunks!.PrefetchAsync(
                NameOf(metadata, chunk), token => LoadChunkAsync(metadata, chunk, token));
        }
        finally
        {
            _prefetches.Release();
        }
    }

    private int ChunksOf(RemoteLogSegmentMetadata metadata) =>
        (int)(((long)metadata.SegmentSizeInBytes + options.ChunkBytes - 1) / options.ChunkBytes);

    // The size belongs to the name, because a node may be started with another one over the same files.
    private string NameOf(RemoteLogSegmentMetadata metadata, int chunk) => string.Create(
        CultureInfo.InvariantCulture, $"{metadata.RemoteLogSegmentId.Id}.{options.ChunkBytes}.{chunk}");

    private static string NameOf(RemoteLogSegmentMetadata metadata, RemoteIndexType index) =>
        $"{metadata.RemoteLogSegmentId.Id}.{index}";
}
