using System.Globalization;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>What eligible leaders (KIP-966) ask of min.insync.replicas: controller and leaders must mean the same number,
/// so it is set for topics or for the whole cluster, never for one broker.</summary>
internal static class EligibleLeaders
{
    private static readonly string Key = BrokerConfigs.MinInSyncReplicas.Name;

    /// <summary>Records that go before the feature's: the number is stored for the cluster, and for no broker.</summary>
    public static IEnumerable<IMetadataRecord> SafetyRecords(ControllerContext controller)
    {
        var stored = controller.Image.Configurations;
        if (!stored.Of(ConfigResource.ClusterDefault).ContainsKey(Key))
            yield return Record(ConfigResource.ClusterDefault,
                controller.Config[BrokerConfigs.MinInSyncReplicas].ToString(CultureInfo.InvariantCulture));
        foreach (var (resource, settings) in stored.Resources)
            if (resource is { Type: ConfigResourceType.Broker, Name.Length: > 0 } && settings.ContainsKey(Key))
                yield return Record(resource, null);
    }

    /// <summary>Null when the change is allowed.</summary>
    public static ApiError? Check(MetadataImage image, ConfigResource resource, string name, string? value)
    {
        if (name != Key || resource.Type != ConfigResourceType.Broker || !IsOn(image))
            return null;
        if (resource.Name.Length > 0)
            return new ApiError(ErrorCode.InvalidConfig, $"{Key} cannot be set for one broker while "
                + $"{EligibleLeaderReplicasVersion.FeatureName} is on; set it for a topic, or for all brokers");
        return value is not null ? null : new ApiError(ErrorCode.InvalidConfig, $"{Key} cannot be taken away from the "
            + $"cluster while {EligibleLeaderReplicasVersion.FeatureName} is on; set it to 1 instead");
    }

    /// <summary>Who was eligible by another number is not by the new one: all forget it.</summary>
    public static IEnumerable<IMetadataRecord> OnChange(MetadataImage image, ConfigResource resource, string name)
    {
        if (name == Key && IsOn(image))
            yield return new ClearElrRecord
            {
                TopicName = resource.Type == ConfigResourceType.Topic ? resource.Name : "",
            };
    }

    private static bool IsOn(MetadataImage image) =>
        image.Features.LevelOf(EligibleLeaderReplicasVersion.FeatureName) > 0;

    private static ConfigRecord Record(ConfigResource resource, string? value) => new()
    {
        ResourceType = (sbyte)resource.Type,
        ResourceName = resource.Name,
        Name = Key,
        Value = value,
    };
}
