using System.CommandLine;
using System.Globalization;
using Platform.Client.Admin;
using Platform.Cluster.Metadata;

namespace Platform.Commands;

/// <summary>`platform features`: the levels that the whole cluster works at (KIP-584).</summary>
internal static class FeaturesCommand
{
    private static readonly Option<string[]> Feature = new("--feature", "-f")
    {
        Description = "A feature and its level, as name=level; may be repeated.",
    };

    private static readonly Option<string?> Release = new("--release-version")
    {
        Description = "The metadata.version of a Kafka release, such as 4.2 or 4.1-IV0.",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only check whether it would work." };
    private static readonly Option<bool> Unsafe = new("--unsafe") { Description = "Go down even if something is lost." };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("features", "Look at the levels of features, and change them.")
    {
        ClientCommand.ForAdmin("describe", "Levels in force, and what brokers support.", DescribeAsync),
        ClientCommand.ForAdmin("upgrade", "Raise levels, once every node is upgraded.",
            (admin, parsed, output, cancellation) =>
                UpdateAsync(admin, parsed, output, FeatureUpgradeType.Upgrade, cancellation), Feature, Release, DryRun),
        ClientCommand.ForAdmin("downgrade", "Lower levels.", (admin, parsed, output, cancellation) => UpdateAsync(
            admin, parsed, output, parsed.GetValue(Unsafe)
                ? FeatureUpgradeType.UnsafeDowngrade : FeatureUpgradeType.SafeDowngrade, cancellation),
            Feature, Release, DryRun, Unsafe),
    };

    private static async Task DescribeAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var features = await admin.DescribeFeaturesAsync(cancellation);
        output.Rows(features, ("FEATURE", f => f.Name), ("LEVEL", f => Level(f, f.FinalizedLevel)),
            ("LEAST", f => Level(f, f.MinSupported)), ("HIGHEST", f => Level(f, f.MaxSupported)));
    }

    private static string Level(FeatureDescription feature, short level) =>
        feature.Name == MetadataVersion.FeatureName && level > 0 ? $"{level} ({MetadataVersion.NameOf(level)})" : $"{level}";

    private static async Task UpdateAsync(AdminClient admin, ParseResult parsed, Output output, FeatureUpgradeType type,
        CancellationToken cancellation)
    {
        var (levels, isDryRun) = (Levels(parsed), parsed.GetValue(DryRun));
        await admin.UpdateFeaturesAsync(levels, type, isDryRun, cancellation);
        output.Done((isDryRun ? "would be accepted: " : "done: ")
            + string.Join(", ", levels.Select(level => $"{level.Key}={level.Value}")), new { Levels = levels, isDryRun });
    }

    private static Dictionary<string, short> Levels(ParseResult parsed)
    {
        var levels = new Dictionary<string, short>(StringComparer.Ordinal);
        if (parsed.GetValue(Release) is { } release)
            levels[MetadataVersion.FeatureName] = MetadataVersion.LevelOf(release)
                ?? throw new CommandException($"{release} is no release between {MetadataVersion.NameOf(MetadataVersion.Minimum)}"
                    + $" and {MetadataVersion.NameOf(MetadataVersion.Latest)}");
        foreach (var (name, value) in KeyValues.ParseAll(parsed.GetValue(Feature)))
            levels[name] = short.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? level
                : throw new CommandException($"the level of {name} must be a number, not '{value}'");
        return levels.Count > 0 ? levels
            : throw new CommandException("say what to change: --release-version, or --feature name=level");
    }
}
