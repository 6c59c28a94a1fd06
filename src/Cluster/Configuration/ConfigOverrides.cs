using System.Collections.Immutable;

namespace Platform.Cluster.Configuration;

/// <summary>Names and values as they are stored, sorted by name.</summary>
public static class ConfigOverrides
{
    /// <summary>Nothing set.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Empty =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Collects settings; of a name that comes twice the last one counts.</summary>
    public static ImmutableSortedDictionary<string, string> From(IEnumerable<KeyValuePair<string, string>> settings) =>
        Empty.SetItems(settings);
}
