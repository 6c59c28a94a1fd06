namespace Platform.Cluster.Metadata;

/// <summary>Levels of the feature <c>metadata.version</c> (KIP-584) that this node knows.</summary>
public static class MetadataVersion
{
    /// <summary>Name of the feature.</summary>
    public const string FeatureName = "metadata.version";

    /// <summary>Oldest level that can be read: 3.3-IV3.</summary>
    public const short Minimum = 7;

    /// <summary>Level of a new cluster: 4.3-IV0.</summary>
    public const short Latest = 30;
}
