using Platform.Protocol;

namespace Platform.Client.Admin;

/// <summary>A group in the list of all groups.</summary>
/// <param name="GroupId">Its id.</param>
/// <param name="ProtocolType">What it is for: <c>consumer</c>, or empty for a group that only commits offsets.</param>
/// <param name="State">Its state; empty when the broker is too old to tell.</param>
/// <param name="Type">classic, consumer or share; empty when the broker is too old to tell.</param>
public sealed record GroupListing(string GroupId, string ProtocolType, string State, string Type);

/// <summary>A group and its members.</summary>
/// <param name="GroupId">Its id.</param>
/// <param name="State">Its state, such as Stable or Empty.</param>
/// <param name="ProtocolType">What it is for.</param>
/// <param name="Assignor">How partitions are given to members.</param>
/// <param name="Members">The members.</param>
/// <param name="CoordinatorId">Broker that coordinates the group.</param>
/// <param name="Error">Why it cannot be described, or none.</param>
/// <param name="ErrorMessage">The broker's own words, when it has some.</param>
public sealed record GroupDescription(
    string GroupId, string State, string ProtocolType, string Assignor, IReadOnlyList<GroupMember> Members,
    int CoordinatorId, ErrorCode Error, string? ErrorMessage);

/// <summary>A member of a group.</summary>
/// <param name="MemberId">Id given by the coordinator.</param>
/// <param name="InstanceId">Id of a static member (KIP-345), or null.</param>
/// <param name="ClientId">The client's name for itself.</param>
/// <param name="Host">Where it connects from.</param>
/// <param name="Assignment">Its partitions.</param>
public sealed record GroupMember(
    string MemberId, string? InstanceId, string ClientId, string Host, IReadOnlyList<TopicPartition> Assignment);

/// <summary>An offset that a group committed.</summary>
/// <param name="Offset">Next offset to read.</param>
/// <param name="LeaderEpoch">Leader epoch of the last record read, or -1.</param>
/// <param name="Metadata">Text that was committed with it.</param>
public readonly record struct OffsetAndMetadata(long Offset, int LeaderEpoch = -1, string? Metadata = "");
