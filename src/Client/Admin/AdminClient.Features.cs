using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

/// <summary>A feature of a cluster (KIP-584).</summary>
/// <param name="Name">Its name.</param>
/// <param name="MinSupported">Least level that the broker asked can work at.</param>
/// <param name="MaxSupported">Highest level that it can work at.</param>
/// <param name="FinalizedLevel">Level that the whole cluster works at; 0 when the feature is off.</param>
public sealed record FeatureDescription(string Name, short MinSupported, short MaxSupported, short FinalizedLevel);

/// <summary>How a feature's level may change, with Kafka's numbers.</summary>
public enum FeatureUpgradeType : sbyte
{
    /// <summary>Only up.</summary>
    Upgrade = 1,
    /// <summary>Down, when nothing is lost.</summary>
    SafeDowngrade = 2,
    /// <summary>Down, even when something is lost.</summary>
    UnsafeDowngrade = 3,
}

public sealed partial class AdminClient
{
    /// <summary>The features of the cluster, and what the broker that answers can work at, ordered by name.</summary>
    public async Task<IReadOnlyList<FeatureDescription>> DescribeFeaturesAsync(CancellationToken cancellation = default)
    {
        var request = new ApiVersionsRequest { ClientSoftwareName = "platform", ClientSoftwareVersion = "1" };
        var response = await SendAsync(request, Destination.Any, cancellation, answer => answer.ErrorCode);
        var levels = response.FinalizedFeatures.ToDictionary(feature => feature.Name, feature => feature.MaxVersionLevel);
        return [.. response.SupportedFeatures.OrderBy(feature => feature.Name, StringComparer.Ordinal)
            .Select(feature => new FeatureDescription(
                feature.Name, feature.MinVersion, feature.MaxVersion, levels.GetValueOrDefault(feature.Name)))];
    }

    /// <summary>Changes levels of features: all, or none.</summary>
    /// <exception cref="KafkaException">A level was refused; the message says which and why.</exception>
    public async Task UpdateFeaturesAsync(IReadOnlyDictionary<string, short> levels, FeatureUpgradeType type,
        bool validateOnly = false, CancellationToken cancellation = default)
    {
        var request = new UpdateFeaturesRequest
        {
            TimeoutMs = TimeoutMs,
            ValidateOnly = validateOnly,
            FeatureUpdates = [.. levels.Select(level => new UpdateFeaturesRequest.FeatureUpdateKey
            {
                Feature = level.Key,
                MaxVersionLevel = level.Value,
                UpgradeType = (sbyte)type,
            })],
        };
        var response = await SendAsync(request, Destination.Controller, cancellation);
        KafkaException.ThrowIfError(response.ErrorCode, "features", response.ErrorMessage);
    }
}
