namespace Platform.Cluster.Configuration;

/// <content>Where segments are copied to (KIP-405): the remote storages, and what they need to know.</content>
public static partial class BrokerConfigs
{
    /// <summary>The value of remote.log.storage.manager.class.name that keeps copies in a directory.</summary>
    public const string DirectoryStorage = "directory";

    /// <summary>The value of remote.log.storage.manager.class.name that keeps copies in object storage.</summary>
    public const string S3Storage = "s3";

    private static readonly string[] RemoteStorages = [DirectoryStorage, S3Storage];

    /// <summary>Which remote storage.</summary>
    public static readonly ConfigKey<string?> RemoteLogStorageManagerClassName = Group.OptionalString(
        "remote.log.storage.manager.class.name", oneOf: RemoteStorages,
        doc: "Where segments of tiered topics are copied to: a directory, usually of a share that all brokers mount, "
        + "or a bucket of object storage that speaks S3.");

    /// <summary>Prefix of the storages' own settings.</summary>
    public static readonly ConfigKey<string> RemoteLogStorageManagerImplPrefix = Group.String(
        "remote.log.storage.manager.impl.prefix", RemoteStoragePrefix.Default,
        "What the settings of the remote storage begin with; the names on this page are those of the default.");

    /// <summary>Directory of copies.</summary>
    public static readonly ConfigKey<string?> RemoteStorageDirectoryPath = Group.OptionalString(
        "rsm.config.directory.path",
        "The directory that copies are kept in, the same one for all brokers. Needed for directory.");

    /// <summary>Whether a directory may be made.</summary>
    public static readonly ConfigKey<bool> RemoteStorageDirectoryInitialize = Group.Boolean(
        "rsm.config.directory.initialize", true,
        "Make a directory that is missing or empty into one of remote storage, by a file that marks it. Set it to false "
        + "once that is done: then a share that is not mounted is never taken for an empty one.");

    /// <summary>Size of the cache of indexes.</summary>
    public static readonly ConfigKey<long> RemoteLogIndexFileCacheTotalSizeBytes = Group.Long(
        "remote.log.index.file.cache.total.size.bytes", Size.GiB, min: 1, update: ConfigUpdateMode.ClusterWide,
        doc: "Bytes of indexes of remote segments that are kept on this node's disk.");

    /// <summary>Place of the cache of indexes.</summary>
    public static readonly ConfigKey<string?> RemoteStorageIndexCachePath = Group.OptionalString(
        "rsm.config.index.cache.path",
        "Where indexes of remote segments are kept; not set: remote-log-index-cache in the first log directory.");

    /// <summary>Indexes in memory.</summary>
    public static readonly ConfigKey<long> RemoteStorageIndexCacheMemoryBytes = Group.Long(
        "rsm.config.index.cache.memory.bytes", 32 * Size.MiB, min: 0,
        doc: "Bytes of indexes of remote segments that are kept in memory.");

    /// <summary>Size of a chunk.</summary>
    public static readonly ConfigKey<int> RemoteStorageChunkSizeBytes = Group.Int("rsm.config.chunk.size.bytes",
        4 * Size.MiB, min: 64 * Size.KiB, max: 256 * Size.MiB,
        doc: "Remote segments are read in chunks of this size, one request for each.");

    /// <summary>Chunks in memory.</summary>
    public static readonly ConfigKey<long> RemoteStorageChunkCacheMemoryBytes = Group.Long(
        "rsm.config.chunk.cache.memory.bytes", 64 * Size.MiB, min: 0,
        doc: "Bytes of chunks that are kept in memory. With 0 here and for the disk, reads ask for no more than they need.");

    /// <summary>Chunks on disk.</summary>
    public static readonly ConfigKey<long> RemoteStorageChunkCacheDiskBytes = Group.Long(
        "rsm.config.chunk.cache.disk.bytes", 0, min: 0, doc: "Bytes of chunks that are kept on this node's disk.");

    /// <summary>Place of the chunks.</summary>
    public static readonly ConfigKey<string?> RemoteStorageChunkCachePath = Group.OptionalString(
        "rsm.config.chunk.cache.path",
        "Where chunks are kept on disk; not set: remote-log-chunk-cache in the first log directory.");

    /// <summary>Chunks ahead.</summary>
    public static readonly ConfigKey<int> RemoteStorageChunkPrefetchCount = Group.Int("rsm.config.chunk.prefetch.count",
        1, min: 0, max: 16, doc: "Chunks that are read ahead for a reader who has passed the middle of one.");
}
