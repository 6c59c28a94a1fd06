namespace Platform.Cluster.Raft;

/// <summary>
/// Led this epoch, and gave up: on shutdown, for want of a majority (check-quorum), or by a restart. Tells the voters,
/// best successor first, so that they need not wait for their fetch timeout. It votes for nobody else in this epoch.
/// </summary>
internal sealed class ResignedState(RaftContext raft, IReadOnlyList<ReplicaKey> successors) : RaftRole(raft)
{
    private readonly SortedSet<int> _untold = [.. successors.Select(successor => successor.Id)];
    private readonly long _electionDeadlineMs = raft.ElectionDeadline();

    internal override RaftRoleKind Kind => RaftRoleKind.Resigned;

    internal override long NextDeadlineMs =>
        _untold.Select(Raft.Requests.ReadyAtMs).Append(Raft.ShuttingDown ? long.MaxValue : _electionDeadlineMs).Min();

    internal override void OnEntered()
    {
        if (Raft.IsOnlyVoter && !Raft.ShuttingDown)
            Raft.BecomeCandidate();
        else
            TellVoters();
    }

    internal override void OnTick()
    {
        if (Raft.NowMs < _electionDeadlineMs || Raft.ShuttingDown)
            TellVoters();
        else if (Raft.MayStand)
            Raft.BecomeProspective();
        else
            Raft.BecomeUnattached(Raft.Epoch);
    }

    internal override bool GrantsVote(ReplicaKey candidate, bool logIsUpToDate, bool preVote) =>
        preVote && logIsUpToDate;

    internal override void OnEndQuorumEpochResponse(int from) => _untold.Remove(from);

    private void TellVoters()
    {
        foreach (var voterId in _untold)
            Raft.TrySend(voterId, () => RaftRequests.EndQuorumEpoch(Raft, successors));
    }
}
