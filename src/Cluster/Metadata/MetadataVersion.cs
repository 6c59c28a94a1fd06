namespace Platform.Cluster.Metadata;

/// <summary>Levels of the feature <c>metadata.version</c> (KIP-584) that this node knows.</summary>
public static class MetadataVersion
{
    /// <summary>Name of the feature.</summary>
    public const string FeatureName = "metadata.version";

    /// <summary>Oldest level that can be read: 3.3-IV3.</summary>
    public const short Minimum = 7;

    /// <summary>The first level at which brokers tell where they keep replicas: 3.7-IV2 (KIP-858).</summary>
    public const short WithDirectories = 17;

    /// <summary>The first level whose partition records have eligible leader replicas: 4.0-IV1 (KIP-966).</summary>
    public const short WithEligibleLeaderReplicas = 23;

    /// <summary>Level of a new cluster: 4.3-IV0.</summary>
    public const short Latest = 30;

    // From Minimum on. Those marked + have records, or fields of them, that a reader of the level before must not lose.
    private static readonly string[] Names =
    [
        "3.3-IV3+", "3.4-IV0+", "3.5-IV0", "3.5-IV1", "3.5-IV2+", "3.6-IV0", "3.6-IV1+", "3.6-IV2+", "3.7-IV0+",
        "3.7-IV1", "3.7-IV2+", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1+", "4.0-IV2", "4.0-IV3",
        "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0+",
    ];

    /// <summary>Name of a level, such as 4.1-IV1; the number itself when it is not known.</summary>
    public static string NameOf(short level) => level is >= Minimum and <= Latest
        ? Names[level - Minimum].TrimEnd('+') : level.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The level of a release, such as 4.1 (its last level) or 4.1-IV0; null when there is none.</summary>
    public static short? LevelOf(string release)
    {
        for (var level = Latest; level >= Minimum; level--)
            if (NameOf(level) == release || NameOf(level).StartsWith(release + "-", StringComparison.Ordinal))
                return level;
        return null;
    }

    /// <summary>True when going down from one level to another would drop something that the log may hold.</summary>
    public static bool LosesMetadata(short from, short to)
    {
        for (var level = from; level > to; level--)
            if (level is >= Minimum and <= Latest && Names[level - Minimum].EndsWith('+'))
                return true;
        return false;
    }
}
