namespace Platform.Client.Consuming;

/// <summary>What a consumer that closes does about its membership (KIP-1092).</summary>
public enum GroupMembershipOperation
{
    /// <summary>A dynamic member leaves; a static one stays until its session ends.</summary>
    Default,
    /// <summary>It leaves, also as a static member.</summary>
    LeaveGroup,
    /// <summary>It stays until its session ends.</summary>
    RemainInGroup,
}
