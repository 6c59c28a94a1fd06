using System.Collections.Immutable;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Changes of access rules.</summary>
public sealed class AclsDelta
{
    private readonly AclsImage _image;
    private readonly ImmutableSortedDictionary<Uuid, AclBinding>.Builder _rules;

    internal AclsDelta(AclsImage image) => (_image, _rules) = (image, image.ById.ToBuilder());

    /// <summary>True when something changed.</summary>
    public bool HasChanges { get; private set; }

    internal void Replay(AccessControlEntryRecord record)
    {
        HasChanges = true;
        _rules[record.Id] = new AclBinding((AclResourceType)record.ResourceType, record.ResourceName,
            (AclPatternType)record.PatternType, record.Principal, record.Host, (AclOperation)record.Operation,
            (AclPermission)record.PermissionType);
    }

    internal void Replay(RemoveAccessControlEntryRecord record)
    {
        HasChanges = true;
        if (!_rules.Remove(record.Id))
            throw new InvalidMetadataException($"the access rule {record.Id} is removed and was not there");
    }

    internal AclsImage Apply() => HasChanges ? new AclsImage(_rules.ToImmutable()) : _image;
}
