using Platform.Cluster.Coordination;

namespace Platform.Cluster.Groups;

/// <summary>The timers of a group shard.</summary>
internal static class GroupTimers
{
    public const string SessionKind = "session";
    public const string JoinKind = "join";
    public const string SyncKind = "sync";
    public const string OffsetExpirationKind = "offset-expiration";

    /// <summary>Looks for expired offsets.</summary>
    public static readonly CoordinatorTimerKey OffsetExpiration = new(OffsetExpirationKind);

    /// <summary>Ends the session of a member, of a pending one, or of a new one that waits too long.</summary>
    public static CoordinatorTimerKey Session(string groupId, string memberId) => new(SessionKind, groupId, memberId);

    /// <summary>Ends the join phase.</summary>
    public static CoordinatorTimerKey Join(string groupId) => new(JoinKind, groupId);

    /// <summary>Ends the patience with members that have joined but not synced.</summary>
    public static CoordinatorTimerKey Sync(string groupId) => new(SyncKind, groupId);
}
