using Microsoft.Extensions.Logging;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Tiering.Cache;

/// <summary>Puts the caches that the settings describe over a remote storage.</summary>
internal static class RemoteStorageCaches
{
    // Kafka's name of the directory, which its brokers pass over when they look for logs, as this one does.
    private const string IndexDirectory = "remote-log-index-cache";
    private const string ChunkDirectory = "remote-log-chunk-cache";

    public static CachedRemoteStorageManager Over(IRemoteStorageManager storage, BrokerConfig config,
        Func<BrokerConfig> effective, IFileSystem files, TimeProvider time, RemoteStorageCounters counters, ILogger logger)
    {
        var logDirectory = config.Node.LogDirs[0];
        var indexes = new MemoryCache(config[BrokerConfigs.RemoteStorageIndexCacheMemoryBytes]);
        var indexFiles = new DiskCache(files,
            config.Get(BrokerConfigs.RemoteStorageIndexCachePath) ?? Path.Combine(logDirectory, IndexDirectory),
            () => effective()[BrokerConfigs.RemoteLogIndexFileCacheTotalSizeBytes], time, counters, logger);
        var chunks = new MemoryCache(config[BrokerConfigs.RemoteStorageChunkCacheMemoryBytes]);
        var chunkBytesOnDisk = config[BrokerConfigs.RemoteStorageChunkCacheDiskBytes];
        var chunkFiles = chunkBytesOnDisk == 0 ? null : new DiskCache(files,
            config.Get(BrokerConfigs.RemoteStorageChunkCachePath) ?? Path.Combine(logDirectory, ChunkDirectory),
            () => chunkBytesOnDisk, time, counters, logger);
        var hasChunks = chunkFiles is not null || config[BrokerConfigs.RemoteStorageChunkCacheMemoryBytes] > 0;
        var options = new CacheOptions
        {
            ChunkBytes = config[BrokerConfigs.RemoteStorageChunkSizeBytes],
            PrefetchChunks = config[BrokerConfigs.RemoteStorageChunkPrefetchCount],
            Chunks = hasChunks ? new BlobCache(chunks, chunkFiles, counters) : null,
            Indexes = new BlobCache(indexes, indexFiles, counters),
        };
        var metrics = new RemoteStorageMetrics(
            config.Node.Id, counters, () => indexes.Bytes + chunks.Bytes, () => indexFiles.Bytes + (chunkFiles?.Bytes ?? 0));
        return new CachedRemoteStorageManager(storage, options, metrics);
    }
}
