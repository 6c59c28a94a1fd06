using System.Collections.Immutable;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Rules about who may do what.</summary>
/// <param name="ById">The rules by their ids; no two are the same.</param>
public sealed record AclsImage(ImmutableSortedDictionary<Uuid, AclBinding> ById)
{
    /// <summary>No rules.</summary>
    public static readonly AclsImage Empty = new(ImmutableSortedDictionary<Uuid, AclBinding>.Empty);

    internal IEnumerable<IMetadataRecord> ToRecords() => ById.Select(rule => Record(rule.Key, rule.Value));

    internal static AccessControlEntryRecord Record(Uuid id, AclBinding rule) => new()
    {
        Id = id,
        ResourceType = (sbyte)rule.ResourceType,
        ResourceName = rule.ResourceName,
        PatternType = (sbyte)rule.PatternType,
        Principal = rule.Principal,
        Host = rule.Host,
        Operation = (sbyte)rule.Operation,
        PermissionType = (sbyte)rule.Permission,
    };
}
