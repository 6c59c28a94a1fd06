namespace Platform.Protocol;

/// <summary>Kinds of resources that rules protect; the codes are Kafka's.</summary>
public enum AclResourceType : sbyte
{
    /// <summary>A code that this version does not know.</summary>
    Unknown = 0,

    /// <summary>In a filter: any kind.</summary>
    Any = 1,

    /// <summary>A topic, by name.</summary>
    Topic = 2,

    /// <summary>A group, by its id.</summary>
    Group = 3,

    /// <summary>The cluster; its name is always <see cref="AclBinding.ClusterName"/>.</summary>
    Cluster = 4,

    /// <summary>A transactional id.</summary>
    TransactionalId = 5,

    /// <summary>A delegation token, by its id.</summary>
    DelegationToken = 6,

    /// <summary>A user, as a principal (KIP-373).</summary>
    User = 7,
}
