using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>
/// Knows no leader in this epoch. A voter waits to hear from one, or to vote, and after the election timeout asks for
/// pre-votes; an observer asks voters at random who leads.
/// </summary>
internal sealed class UnattachedState(RaftContext raft) : RaftRole(raft)
{
    private readonly long _electionDeadlineMs = raft.ElectionDeadline();
    private int _asked = -1;

    internal override RaftRoleKind Kind => RaftRoleKind.Unattached;

    internal override long NextDeadlineMs =>
        Raft.MayStand ? Raft.ShuttingDown ? long.MaxValue : _electionDeadlineMs
        : _asked < 0 ? Raft.NowMs
        : Raft.Requests.ReadyAtMs(_asked);

    internal override void OnEntered()
    {
        if (Raft.IsOnlyVoter && !Raft.ShuttingDown)
            Raft.BecomeCandidate();
    }

    internal override void OnTick()
    {
        if (!Raft.MayStand)
            AskForLeader();
        else if (Raft.NowMs >= _electionDeadlineMs && !Raft.ShuttingDown)
            Raft.BecomeProspective();
    }

    // Whoever knew a leader has made a follower of this node by now.
    internal override void OnFetchResponse(int from, FetchResponse.PartitionData partition) =>
        Raft.Requests.Pause(from, Raft.NowMs);

    internal override bool GrantsVote(ReplicaKey candidate, bool logIsUpToDate, bool preVote)
    {
        if (preVote)
            return logIsUpToDate;
        if (Raft.Quorum.Voted is { } voted)
            return voted.Matches(candidate);
        return logIsUpToDate && Raft.Quorum.LeaderId is null;
    }

    // One voter at a time: whoever it is answers with the leader that it knows.
    private void AskForLeader()
    {
        if (_asked >= 0 && !Raft.Requests.MaySend(_asked, Raft.NowMs))
            return;
        int[] known = [.. Raft.Voters.Except(Raft.Local.Id).Select(voter => voter.Id), .. Raft.BootstrapNodes];
        if (known.Length == 0)
            return;
        _asked = known[Raft.Random.Next(known.Length)];
        Raft.TrySend(_asked, () => RaftRequests.Fetch(Raft));
    }
}
