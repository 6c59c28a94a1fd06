using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>
/// Asks the voters whether they would elect this node, at the current epoch and without a vote being used up (KIP-996).
/// So a node that was cut off for a while does not depose a healthy leader by a higher epoch when it returns.
/// </summary>
internal sealed class ProspectiveState(RaftContext raft) : RaftRole(raft)
{
    private readonly Election _election = new(raft.Voters, raft.Local.Id);
    private readonly long _deadlineMs = raft.ElectionDeadline();

    internal override RaftRoleKind Kind => RaftRoleKind.Prospective;

    internal override long NextDeadlineMs =>
        _election.Unanswered.Select(Raft.Requests.ReadyAtMs).Append(_deadlineMs).Min();

    internal override void OnEntered() => Proceed();

    internal override void OnTick()
    {
        if (Raft.NowMs >= _deadlineMs)
            Lose();
        else
            Proceed();
    }

    internal override bool GrantsVote(ReplicaKey candidate, bool logIsUpToDate, bool preVote)
    {
        if (preVote)
            return logIsUpToDate;
        if (Raft.Quorum.Voted is { } voted)
            return voted.Matches(candidate);
        return logIsUpToDate && Raft.Quorum.LeaderId is null;
    }

    internal override void OnVoteResponse(int from, VoteRequest request, bool granted)
    {
        _election.Record(from, granted);
        if (_election.IsLost)
            Lose();
        else
            Proceed();
    }

    internal override void OnShutdown() => Lose();

    private void Proceed()
    {
        if (_election.IsWon)
            Raft.BecomeCandidate();
        else
            foreach (var voterId in _election.Unanswered)
                Raft.TrySend(voterId, () => RaftRequests.Vote(Raft, voterId, preVote: true));
    }

    // Whoever does not elect us probably hears from the leader: go on trying to fetch from it.
    private void Lose()
    {
        if (Raft.KnownLeaderId is { } leaderId)
            Raft.BecomeFollower(Raft.Epoch, leaderId);
        else
            Raft.BecomeUnattached(Raft.Epoch);
    }
}
