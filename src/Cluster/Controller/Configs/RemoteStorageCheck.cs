using Platform.Cluster.Configuration;

namespace Platform.Cluster.Controller;

/// <summary>Checks what a topic's settings say of remote storage, with Kafka's rules and words (KIP-405, KIP-950).</summary>
internal static class RemoteStorageCheck
{
    private const long SameAsTotal = -2;
    private const long Unlimited = -1;

    /// <summary>Null when the settings are allowed.</summary>
    /// <param name="before">Settings of the topic until now; null for a new one.</param>
    /// <param name="after">Settings that it shall have.</param>
    /// <param name="isSystemEnabled">remote.log.storage.system.enable.</param>
    public static string? Problem(TopicConfig? before, TopicConfig after, bool isSystemEnabled)
    {
        if (!after[TopicConfigs.RemoteStorageEnable])
            return before?[TopicConfigs.RemoteStorageEnable] == true && !after[TopicConfigs.RemoteLogDeleteOnDisable]
                ? "It is invalid to disable remote storage without deleting remote data. If you want to keep the remote "
                + "data and turn to read only, please set `remote.storage.enable=true,remote.log.copy.disable=true`. If you "
                + "want to disable remote storage and delete all remote data, please set "
                + "`remote.storage.enable=false,remote.log.delete.on.disable=true`."
                : null;
        if (!isSystemEnabled)
            return "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log "
                + "storage. Set remote.log.storage.system.enable=true on all nodes";
        if (after[TopicConfigs.CleanupPolicy].Contains("compact"))
            return "Remote log storage is unsupported for the compacted topics";
        return LocalProblem(after, TopicConfigs.LocalRetentionBytes, TopicConfigs.RetentionBytes)
            ?? LocalProblem(after, TopicConfigs.LocalRetentionMs, TopicConfigs.RetentionMs)
            ?? (after[TopicConfigs.RemoteLogCopyDisable] ? CopyProblem(after) : null);
    }

    private static string? LocalProblem(TopicConfig config, ConfigKey<long> local, ConfigKey<long> total)
    {
        if (config[total] <= Unlimited || config[local] == SameAsTotal)
            return null;
        if (config[local] == Unlimited)
            return $"Invalid value {config[local]} for configuration {local.Name}: Value must not be -1 as {total.Name} "
                + $"value is set as {config[total]}.";
        return config[local] > config[total]
            ? $"Invalid value {config[local]} for configuration {local.Name}: Value must not be more than property "
                + $"{total.Name} value: {config[total]}"
            : null;
    }

    private static string? CopyProblem(TopicConfig config) =>
        IsSame(config, TopicConfigs.LocalRetentionMs, TopicConfigs.RetentionMs)
        && IsSame(config, TopicConfigs.LocalRetentionBytes, TopicConfigs.RetentionBytes)
            ? null
            : "When `remote.log.copy.disable` is set to true, the `local.retention.ms`/`local.retention.bytes` and "
                + "`retention.ms`/`retention.bytes` must be set to the identical value because there will be no more logs "
                + "copied to the remote storage.";

    private static bool IsSame(TopicConfig config, ConfigKey<long> local, ConfigKey<long> total) =>
        config[local] == SameAsTotal || config[local] == config[total];
}
