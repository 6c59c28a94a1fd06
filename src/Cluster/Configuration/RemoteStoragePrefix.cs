namespace Platform.Cluster.Configuration;

/// <summary>Settings of the remote storage may begin with a prefix of the operator's choice (KIP-405,
/// <c>remote.log.storage.manager.impl.prefix</c>); inside they have the names of the default.</summary>
internal static class RemoteStoragePrefix
{
    internal const string Default = "rsm.config.";

    private static readonly string[] Own = ["directory.", "s3.", "chunk.", "index."];

    /// <summary>True for a name that could only be one of ours, not of a plug-in for Kafka.</summary>
    public static bool IsOwn(string name) => name.StartsWith(Default, StringComparison.Ordinal)
        && Own.Any(part => name.AsSpan(Default.Length).StartsWith(part, StringComparison.Ordinal));

    public static IReadOnlyList<KeyValuePair<string, string>> Normalize(
        IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var prefix = settings
            .LastOrDefault(setting => setting.Key == BrokerConfigs.RemoteLogStorageManagerImplPrefix.Name).Value?.Trim();
        if (string.IsNullOrEmpty(prefix) || prefix == Default)
            return settings;
        return [.. settings.Select(setting => setting.Key.StartsWith(prefix, StringComparison.Ordinal)
            ? new(Default + setting.Key[prefix.Length..], setting.Value) : setting)];
    }
}
