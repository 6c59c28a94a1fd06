namespace Platform.Protocol;

/// <summary>What somebody wants to do with a resource; the codes are Kafka's.</summary>
public enum AclOperation : sbyte
{
    /// <summary>A code that this version does not know.</summary>
    Unknown = 0,

    /// <summary>In a filter: any operation.</summary>
    Any = 1,

    /// <summary>In a rule: every operation.</summary>
    All = 2,

    /// <summary>Read records, or be a member of a group.</summary>
    Read = 3,

    /// <summary>Write records, or use a transactional id.</summary>
    Write = 4,

    /// <summary>Create a topic.</summary>
    Create = 5,

    /// <summary>Delete it.</summary>
    Delete = 6,

    /// <summary>Change it.</summary>
    Alter = 7,

    /// <summary>See that it is there, and what it is like.</summary>
    Describe = 8,

    /// <summary>What only brokers and controllers ask of each other.</summary>
    ClusterAction = 9,

    /// <summary>See its settings.</summary>
    DescribeConfigs = 10,

    /// <summary>Change its settings.</summary>
    AlterConfigs = 11,

    /// <summary>Get a producer id without a transactional id.</summary>
    IdempotentWrite = 12,

    /// <summary>Create delegation tokens for a user (KIP-373).</summary>
    CreateTokens = 13,

    /// <summary>See delegation tokens of a user (KIP-373).</summary>
    DescribeTokens = 14,

    /// <summary>Take part in two-phase commit (KIP-939).</summary>
    TwoPhaseCommit = 15,
}
