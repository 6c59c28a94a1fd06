using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>Stands for election in a new epoch, with its own vote on disk before it asks for others. A majority makes
/// it leader; refused by a majority it pauses a random time and begins again with pre-votes.</summary>
internal sealed class CandidateState(RaftContext raft) : RaftRole(raft)
{
    private readonly Election _election = new(raft.Voters, raft.Local.Id);
    private long _deadlineMs = raft.ElectionDeadline();

    internal override RaftRoleKind Kind => RaftRoleKind.Candidate;

    internal override long NextDeadlineMs => _election.IsLost
        ? _deadlineMs
        : _election.Unanswered.Select(Raft.Requests.ReadyAtMs).Append(_deadlineMs).Min();

    internal override void OnEntered() => Proceed();

    internal override void OnTick()
    {
        if (Raft.NowMs >= _deadlineMs)
            Raft.BecomeProspective();
        else
            Proceed();
    }

    internal override bool GrantsVote(ReplicaKey candidate, bool logIsUpToDate, bool preVote) =>
        preVote && logIsUpToDate;

    internal override void OnVoteResponse(int from, VoteRequest request, bool granted)
    {
        var wasLost = _election.IsLost;
        _election.Record(from, granted);
        if (_election.IsLost && !wasLost)
            _deadlineMs = Raft.NowMs + Raft.Random.Next(Raft.Settings.ElectionBackoffMaxMs + 1);
        Proceed();
    }

    internal override void OnShutdown() => Raft.BecomeUnattached(Raft.Epoch);

    private void Proceed()
    {
        if (_election.IsWon)
            Raft.BecomeLeader(_election.GrantingVoters);
        else if (!_election.IsLost)
            foreach (var voterId in _election.Unanswered)
                Raft.TrySend(voterId, () => RaftRequests.Vote(Raft, voterId, preVote: false));
    }
}
