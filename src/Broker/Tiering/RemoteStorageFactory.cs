using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Platform.Broker.Tiering.Cache;
using Platform.Broker.Tiering.S3;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>Makes the remote storage that a node's settings name.</summary>
internal static class RemoteStorageFactory
{
    /// <summary>The remote storage of remote.log.storage.manager.class.name. Nothing is asked of it yet, so that a node
    /// starts while it cannot be reached.</summary>
    /// <param name="config">Settings of the node.</param>
    /// <param name="files">The disk seam.</param>
    /// <param name="time">Clock of timeouts and retries.</param>
    /// <param name="logging">Where it tells of trouble.</param>
    /// <param name="effective">Settings as they are now; null when none changes.</param>
    /// <exception cref="ConfigException">No storage is named, or it lacks a setting.</exception>
    public static IRemoteStorageManager Create(BrokerConfig config, IFileSystem files, TimeProvider time,
        ILoggerFactory logging, Func<BrokerConfig>? effective = null)
    {
        var counters = new RemoteStorageCounters();
        var storage = Create(config, files, time, logging, counters);
        return RemoteStorageCaches.Over(storage, config, effective ?? (() => config), files, time, counters,
            logging.CreateLogger<CachedRemoteStorageManager>());
    }

    private static IRemoteStorageManager Create(BrokerConfig config, IFileSystem files, TimeProvider time,
        ILoggerFactory logging, RemoteStorageCounters counters) =>
        config.Get(BrokerConfigs.RemoteLogStorageManagerClassName) switch
        {
            BrokerConfigs.DirectoryStorage => Directory(config, files),
            BrokerConfigs.S3Storage => S3(config, files, time, logging, counters),
            _ => throw Missing(BrokerConfigs.RemoteLogStorageManagerClassName,
                $"must be {BrokerConfigs.RemoteLogStorageManagerClassName.Allowed} where tiered storage is on"),
        };

    private static DirectoryRemoteStorageManager Directory(BrokerConfig config, IFileSystem files)
    {
        var path = config.Get(BrokerConfigs.RemoteStorageDirectoryPath);
        if (string.IsNullOrEmpty(path))
            throw Missing(BrokerConfigs.RemoteStorageDirectoryPath, "must name the directory that segments are copied to");
        return new(files, Path.GetFullPath(path), config[BrokerConfigs.RemoteStorageDirectoryInitialize]);
    }

    // Apart, so that Amazon's library is loaded only where it is used.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static S3RemoteStorageManager S3(BrokerConfig config, IFileSystem files, TimeProvider time,
        ILoggerFactory logging, RemoteStorageCounters counters) =>
        new(S3Settings.Read(config), files, time, Random.Shared, counters,
            logging.CreateLogger<S3RemoteStorageManager>());

    private static ConfigException Missing(ConfigKey key, string reason) => new(new ConfigProblem(key.Name, null, reason));
}
