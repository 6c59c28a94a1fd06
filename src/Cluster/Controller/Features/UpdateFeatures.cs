using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Update = Platform.Protocol.Messages.UpdateFeaturesRequest.FeatureUpdateKey;

namespace Platform.Cluster.Controller;

/// <summary>UpdateFeatures (key 57): raises or lowers the levels that the whole cluster works at (KIP-584). All updates
/// of a request are made, or none.</summary>
public static class UpdateFeatures
{
    private enum UpgradeType : sbyte
    {
        Upgrade = 1,
        SafeDowngrade = 2,
        UnsafeDowngrade = 3,
    }

    /// <summary>Answers the request.</summary>
    public static ControllerResult<UpdateFeaturesResponse> Handle(
        ControllerContext controller, UpdateFeaturesRequest request)
    {
        var levels = request.FeatureUpdates.GroupBy(update => update.Feature, StringComparer.Ordinal)
            .ToDictionary(update => update.Key, update => update.Last().MaxVersionLevel, StringComparer.Ordinal);
        var errors = request.FeatureUpdates.ConvertAll(update => Check(controller, update, levels));
        var response = Describe(request, errors);
        if (response.ErrorCode != ErrorCode.None || request.ValidateOnly)
            return ControllerResult<UpdateFeaturesResponse>.NoChange(response);
        var updates = request.FeatureUpdates.OrderBy(update => update.Feature == MetadataVersion.FeatureName ? 0 : 1);
        return new([.. updates.SelectMany(update => Records(controller, update))], response);
    }

    private static UpdateFeaturesResponse Describe(UpdateFeaturesRequest request, List<ApiError?> errors)
    {
        var first = errors.FindIndex(error => error is not null);
        return new UpdateFeaturesResponse
        {
            ErrorCode = first < 0 ? ErrorCode.None : errors[first]!.Code,
            ErrorMessage = first < 0 ? null
                : $"nothing was changed: {request.FeatureUpdates[first].Feature}: {errors[first]!.Message}",
            Results = [.. request.FeatureUpdates.Zip(errors).Select(each =>
                new UpdateFeaturesResponse.UpdatableFeatureResult
                {
                    Feature = each.First.Feature,
                    ErrorCode = each.Second?.Code ?? ErrorCode.None,
                    ErrorMessage = each.Second?.Message,
                })],
        };
    }

    // metadata.version comes first in the log: it says how to read what follows.
    private static IEnumerable<IMetadataRecord> Records(ControllerContext controller, Update update)
    {
        // That one is the leader's of the quorum, who alone knows the voters.
        if (update.Feature == KRaftVersion.FeatureName
            || controller.Image.Features.LevelOf(update.Feature) == update.MaxVersionLevel)
            yield break;
        if (update is { Feature: EligibleLeaderReplicasVersion.FeatureName, MaxVersionLevel: > 0 })
            foreach (var record in EligibleLeaders.SafetyRecords(controller))
                yield return record;
        yield return new FeatureLevelRecord { Name = update.Feature, FeatureLevel = update.MaxVersionLevel };
    }

    private static ApiError? Check(ControllerContext controller, Update update, Dictionary<string, short> levels)
    {
        if (!SupportedFeatures.All.TryGetValue(update.Feature, out var range))
            return Refused($"this controller does not know such a feature; it knows "
                + string.Join(", ", SupportedFeatures.All.Keys));
        var (from, to) = (controller.Image.Features.LevelOf(update.Feature), update.MaxVersionLevel);
        if (to < range.Min || to > range.Max)
            return Refused($"level {to} is not supported by this controller, which knows {range.Min} to {range.Max}");
        return CheckNodes(controller.Image.Cluster, update) ?? CheckDirection(update, from, to)
            ?? CheckDependency(controller.Image.Features, update, levels);
    }

    private static ApiError? CheckNodes(ClusterImage cluster, Update update)
    {
        var nodes = cluster.Brokers.Values.Select(broker => ($"broker {broker.Id}", broker.Features))
            .Concat(cluster.Controllers.Values.Select(node => ($"controller {node.Id}", node.Features)));
        foreach (var (node, features) in nodes)
        {
            var supports = features.TryGetValue(update.Feature, out var range);
            if (update.MaxVersionLevel != 0 && !supports)
                return Refused($"{node} does not support it; upgrade that node first, or unregister it");
            if (supports && (update.MaxVersionLevel < range.Min || update.MaxVersionLevel > range.Max))
                return Refused($"{node} supports levels {range.Min} to {range.Max} only; upgrade that node first");
        }
        return null;
    }

    private static ApiError? CheckDirection(Update update, short from, short to)
    {
        // Version 0 of the request has a flag instead of the type.
        var type = update.AllowDowngrade ? UpgradeType.SafeDowngrade : (UpgradeType)update.UpgradeType;
        if (type is < UpgradeType.Upgrade or > UpgradeType.UnsafeDowngrade)
            return Refused($"{update.UpgradeType} is no type of upgrade");
        if (to >= from)
            return null;
        if (type == UpgradeType.Upgrade)
            return Refused($"level {to} is below {from}, which is in force; say that this is to be a downgrade");
        if (update.Feature != MetadataVersion.FeatureName || !MetadataVersion.LosesMetadata(from, to))
            return null;
        return Refused(type == UpgradeType.UnsafeDowngrade
            ? "unsafe downgrades of the metadata are not supported in this version"
            : $"from {MetadataVersion.NameOf(from)} to {MetadataVersion.NameOf(to)} metadata might be lost");
    }

    private static ApiError? CheckDependency(FeaturesImage features, Update update, Dictionary<string, short> levels)
    {
        short After(string feature) => levels.GetValueOrDefault(feature, features.LevelOf(feature));
        var isAboutEligible = update.Feature is EligibleLeaderReplicasVersion.FeatureName or MetadataVersion.FeatureName;
        return isAboutEligible && After(EligibleLeaderReplicasVersion.FeatureName) > 0
            && After(MetadataVersion.FeatureName) < MetadataVersion.WithEligibleLeaderReplicas
            ? Refused($"{EligibleLeaderReplicasVersion.FeatureName} needs {MetadataVersion.FeatureName} "
                + $"{MetadataVersion.WithEligibleLeaderReplicas} or later")
            : null;
    }

    private static ApiError Refused(string message) => new(ErrorCode.InvalidUpdateVersion, message);
}
