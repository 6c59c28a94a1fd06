namespace Platform.Client.Consuming;

/// <summary>A consumer as a member of its group, by which a coordinator tells it from one that was replaced
/// (KIP-447).</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Generation">Generation of the group; -1 outside of one.</param>
/// <param name="MemberId">The member's id; empty outside of a group.</param>
/// <param name="GroupInstanceId">Id of a static member, or null.</param>
public sealed record ConsumerGroupMetadata(
    string GroupId, int Generation = -1, string MemberId = "", string? GroupInstanceId = null);
