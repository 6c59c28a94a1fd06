using Platform.Cluster.Metadata;
using Platform.Protocol;

namespace Platform.Cluster.Security;

/// <summary>Access rules, so arranged that those about one resource are found without looking at the others and without
/// making anything on the heap. Immutable; made anew when rules change.</summary>
public sealed class AclIndex
{
    private readonly Dictionary<AclResourceType, ResourceRules> _byType = [];

    /// <summary>Arranges rules.</summary>
    public AclIndex(AclsImage rules)
    {
        foreach (var ofType in rules.ById.Values.GroupBy(rule => rule.ResourceType))
            _byType[ofType.Key] = new ResourceRules(ofType);
    }

    internal ResourceRules Of(AclResourceType type) => _byType.GetValueOrDefault(type, ResourceRules.None);
}

/// <summary>A rule with its hosts.</summary>
internal readonly record struct AccessRule(AclBinding Binding, HostPattern? Hosts);

/// <summary>The rules about one kind of resources.</summary>
internal sealed class ResourceRules
{
    internal static readonly ResourceRules None = new([]);
    private static readonly AccessRule[] NoRules = [];
    private readonly Dictionary<string, AccessRule[]> _literal;
    private readonly Dictionary<string, AccessRule[]> _prefixed;
    private readonly int[] _prefixLengths;

    internal ResourceRules(IEnumerable<AclBinding> rules)
    {
        All = [.. rules.Select(rule => new AccessRule(rule, HostPattern.Parse(rule.Host)))];
        _literal = ByName(AclPatternType.Literal);
        _prefixed = ByName(AclPatternType.Prefixed);
        _prefixLengths = [.. _prefixed.Keys.Select(prefix => prefix.Length).Distinct().Order()];
    }

    internal AccessRule[] All { get; }

    /// <summary>Rules about all names.</summary>
    internal AccessRule[] OfAllNames => Named(AclBinding.Wildcard);

    /// <summary>Rules about exactly this name.</summary>
    internal AccessRule[] Named(string name) => _literal.GetValueOrDefault(name, NoRules);

    /// <summary>How many lengths of prefixes there are.</summary>
    internal int PrefixLengthCount => _prefixLengths.Length;

    /// <summary>Rules about names that begin as this one does, for one of the lengths of prefixes.</summary>
    internal AccessRule[] WithPrefixOf(string name, int lengthIndex)
    {
        var length = _prefixLengths[lengthIndex];
        return length <= name.Length && _prefixed.GetAlternateLookup<ReadOnlySpan<char>>()
            .TryGetValue(name.AsSpan(0, length), out var rules) ? rules : NoRules;
    }

    private Dictionary<string, AccessRule[]> ByName(AclPatternType pattern) => All
        .Where(rule => rule.Binding.PatternType == pattern)
        .GroupBy(rule => rule.Binding.ResourceName, StringComparer.Ordinal)
        .ToDictionary(rules => rules.Key, rules => rules.ToArray(), StringComparer.Ordinal);
}
