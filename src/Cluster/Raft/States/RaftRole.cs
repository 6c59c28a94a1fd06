using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>One role of a node: what it does when time passes, which votes it grants, and how it takes responses.
/// An object of a role lives from its transition to the next.</summary>
internal abstract class RaftRole(RaftContext raft)
{
    protected RaftContext Raft { get; } = raft;

    internal abstract RaftRoleKind Kind { get; }

    /// <summary>When <see cref="OnTick"/> has something to do, in ms since 1970.</summary>
    internal abstract long NextDeadlineMs { get; }

    internal abstract void OnTick();

    /// <summary>Whether a candidate gets this node's vote in the current epoch.</summary>
    internal abstract bool GrantsVote(ReplicaKey candidate, bool logIsUpToDate, bool preVote);

    internal virtual void OnEntered()
    {
    }

    internal virtual void OnLeft()
    {
    }

    internal virtual void OnVoteResponse(int from, VoteRequest request, bool granted)
    {
    }

    internal virtual void OnFetchResponse(int from, FetchResponse.PartitionData partition)
    {
    }

    internal virtual void OnFetchSnapshotResponse(int from, FetchSnapshotResponse.PartitionSnapshot piece)
    {
    }

    internal virtual void OnEndQuorumEpochResponse(int from)
    {
    }

    /// <summary>The leader answered what this voter told it of itself.</summary>
    /// <param name="isKnown">The leader has noted it.</param>
    internal virtual void OnVoterUpdated(bool isKnown)
    {
    }

    /// <summary>Nobody listens where the node listened.</summary>
    internal virtual void OnRefused(int from)
    {
    }

    /// <summary>The log is on disk up to here.</summary>
    internal virtual void OnLogFlushed()
    {
    }

    internal virtual void OnShutdown()
    {
    }
}
