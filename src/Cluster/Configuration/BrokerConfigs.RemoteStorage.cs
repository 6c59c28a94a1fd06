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
}
