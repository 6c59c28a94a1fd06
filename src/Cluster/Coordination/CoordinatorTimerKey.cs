namespace Platform.Cluster.Coordination;

/// <summary>Names one timer of a shard. Setting a timer that is already set moves it.</summary>
/// <param name="Kind">What the timer is for.</param>
/// <param name="Id">The group or transactional id, or empty for a timer of the whole shard.</param>
/// <param name="MemberId">The member, or empty.</param>
public readonly record struct CoordinatorTimerKey(string Kind, string Id = "", string MemberId = "");
