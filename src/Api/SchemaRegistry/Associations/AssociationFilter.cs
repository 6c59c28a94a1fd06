namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>Narrows down which associations are shown.</summary>
/// <param name="ResourceType">topic; null for any.</param>
/// <param name="Types">key, value; empty for both.</param>
/// <param name="Lifecycle">STRONG or WEAK; null for any.</param>
internal sealed record AssociationFilter(string? ResourceType, IReadOnlyList<string> Types, string? Lifecycle)
{
    /// <summary>Stands for any namespace.</summary>
    private const string AnyNamespace = "-";

    public bool Shows(Association one) => (ResourceType is null || one.ResourceType == ResourceType)
        && (Types.Count == 0 || Types.Contains(one.AssociationType))
        && (Lifecycle is null || string.Equals(one.Lifecycle, Lifecycle, StringComparison.OrdinalIgnoreCase));

    /// <summary>True for an association of the resource with the name.</summary>
    public static bool IsOf(Association one, string resourceNamespace, string name) => one.ResourceName == name
        && (resourceNamespace == AnyNamespace || one.ResourceNamespace == resourceNamespace);
}
