namespace Platform.Protocol;

/// <summary>What a rule says; the codes are Kafka's.</summary>
public enum AclPermission : sbyte
{
    /// <summary>A code that this version does not know.</summary>
    Unknown = 0,

    /// <summary>In a filter: either.</summary>
    Any = 1,

    /// <summary>No, whatever other rules say.</summary>
    Deny = 2,

    /// <summary>Yes, unless another rule says no.</summary>
    Allow = 3,
}
