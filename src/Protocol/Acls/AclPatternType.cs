namespace Platform.Protocol;

/// <summary>How the name of a resource is meant (KIP-290); the codes are Kafka's.</summary>
public enum AclPatternType : sbyte
{
    /// <summary>A code that this version does not know.</summary>
    Unknown = 0,

    /// <summary>In a filter: either, with exactly this name.</summary>
    Any = 1,

    /// <summary>In a filter: every rule that would concern a resource of this name.</summary>
    Match = 2,

    /// <summary>Exactly this name; * stands for all names.</summary>
    Literal = 3,

    /// <summary>All names that begin so.</summary>
    Prefixed = 4,
}
