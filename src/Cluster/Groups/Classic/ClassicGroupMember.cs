namespace Platform.Cluster.Groups.Classic;

/// <summary>A member of a classic group. Owned by its <see cref="ClassicGroup"/>, which counts members.</summary>
internal sealed class ClassicGroupMember
{
    public required string MemberId { get; init; }

    /// <summary>The operator's name of a static member (KIP-345), or null for a dynamic one.</summary>
    public string? GroupInstanceId { get; init; }

    public required string ClientId { get; init; }

    public required string ClientHost { get; init; }

    public required string ProtocolType { get; init; }

    public int RebalanceTimeoutMs { get; set; }

    public int SessionTimeoutMs { get; set; }

    public ClassicProtocol[] Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>No generation has included the member yet, so that it cannot send heartbeats.</summary>
    public bool IsNew { get; set; }

    /// <summary>The JoinGroup that waits for the others, if any.</summary>
    public long? JoinRequestId { get; set; }

    /// <summary>The SyncGroup that waits for the leader, if any.</summary>
    public long? SyncRequestId { get; set; }

    public bool IsStatic => GroupInstanceId is not null;

    public bool IsAwaitingJoin => JoinRequestId is not null;

    public bool IsAwaitingSync => SyncRequestId is not null;

    /// <summary>A waiting member cannot send heartbeats; a new one may be a client that gave up.</summary>
    public bool HasSatisfiedHeartbeat => !IsNew && (IsAwaitingJoin || IsAwaitingSync);

    /// <summary>The member's wishes for a protocol, or nothing when it does not know it.</summary>
    public byte[] MetadataFor(string? protocolName) =>
        Array.Find(Protocols, protocol => protocol.Name == protocolName).Metadata ?? [];

    /// <summary>The member's first choice among the candidates.</summary>
    public string Vote(Func<string, bool> isCandidate) =>
        Array.Find(Protocols, protocol => isCandidate(protocol.Name)).Name
        ?? throw new InvalidOperationException($"member {MemberId} knows none of the protocols that all members know");
}
