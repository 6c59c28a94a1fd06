using Platform.Protocol;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>How far a group has come in a partition.</summary>
/// <param name="Offset">The next offset to read.</param>
/// <param name="LeaderEpoch">Leader epoch of the last record read, or -1.</param>
/// <param name="Metadata">The client's own note.</param>
/// <param name="CommitTimestampMs">When it was committed.</param>
/// <param name="ExpireTimestampMs">When it ends whatever the group does (clients before v5), or -1.</param>
/// <param name="TopicId">The incarnation of the topic that the client meant, or zero.</param>
internal sealed record CommittedOffset(
    long Offset,
    int LeaderEpoch,
    string Metadata,
    long CommitTimestampMs,
    long ExpireTimestampMs,
    Uuid TopicId)
{
    /// <summary>Which record of the shard this was, in the order in which they were applied.</summary>
    public long Sequence { get; init; }
}
