namespace Platform.Cluster.Groups.Classic;

/// <summary>Where a classic group is in its rebalance. DescribeGroups and ListGroups show these names.</summary>
internal enum ClassicGroupState
{
    /// <summary>No members; offsets may be committed by anyone.</summary>
    Empty,

    /// <summary>Waiting for all members to (re)join.</summary>
    PreparingRebalance,

    /// <summary>All have joined; waiting for the leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>Every member may fetch its assignment.</summary>
    Stable,

    /// <summary>The group was deleted.</summary>
    Dead,
}
