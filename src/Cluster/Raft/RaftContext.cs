using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>What all roles share: the persistent state, the facts of the log, and the outputs of the current step.
/// Roles replace each other through the Become methods only.</summary>
internal sealed class RaftContext
{
    private readonly RaftNodeOptions _options;
    private LeaderAndEpoch _reported;

    internal RaftContext(RaftNodeOptions options)
    {
        Settings = options.Settings;
        ClusterId = options.ClusterId;
        Local = options.Local;
        _options = options;
        Log = options.Log;
        Random = options.Random;
        Requests = new OutgoingRequests(options.Settings);
        // A log that is ahead of the state file: its epoch has been seen, whoever led it.
        Quorum = options.State.LeaderEpoch >= options.Log.LastEpoch
            ? options.State
            : new QuorumState(options.Log.LastEpoch, null, null);
        // What is in a snapshot was committed before it was taken.
        HighWatermark = options.Log.LatestSnapshot?.Offset ?? 0;
        Role = new UnattachedState(this);
        _reported = new LeaderAndEpoch(null, Quorum.LeaderEpoch);
    }

    internal RaftSettings Settings { get; }
    internal string ClusterId { get; }
    internal ReplicaKey Local { get; }
    internal VoterSet Voters => Log.Voters ?? _options.Voters;
    internal bool IsReconfigurable => _options.AreVotersInitial || Log.Voters is not null;
    internal short KRaftVersion => IsReconfigurable ? VoterRecords.ReconfigurableVersion : (short)0;
    internal bool MustWriteVoters => _options.AreVotersInitial && Log.Voters is null;
    internal IReadOnlyList<int> BootstrapNodes => _options.BootstrapNodes;
    internal Voter? Address => _options.Address;
    internal RaftLogFacts Log { get; }
    internal Random Random { get; }
    internal OutgoingRequests Requests { get; }
    internal QuorumState Quorum { get; private set; }
    internal RaftRole Role { get; private set; }
    internal long HighWatermark { get; private set; }
    internal long NowMs { get; set; }
    internal bool ShuttingDown { get; set; }
    internal List<RaftOutput> Outputs { get; set; } = [];

    internal int Epoch => Quorum.LeaderEpoch;
    internal bool IsVoter => Voters.Contains(Local);

    /// <summary>Shall this node ask for a vote? Not once it has had one: an operator who takes it away means it.</summary>
    internal bool WantsVote => Settings.JoinsByItself && IsReconfigurable && !IsVoter && !_hasVoted && Address is { } address
        && address.Key == Local;

    private bool _hasVoted;

    /// <summary>May this node stand for election? A voter may; and one that a record takes out which is not known to be
    /// committed: nobody else may have that record, and then only this node's log is long enough for the votes of those
    /// who are left (chapter 4.2.2 of Ongaro's thesis on Raft). It has no vote itself.</summary>
    internal bool MayStand => IsVoter
        || (Log.VotersOffset >= HighWatermark && Log.VotersBefore is { } before && before.Contains(Local));

    internal bool IsOnlyVoter => IsVoter && Voters.Voters.Count == 1;

    /// <summary>May this node lead? Who follows a log that changes its voters may know them late: there anybody may who
    /// says so, since it was elected by those who count.</summary>
    internal bool IsPossibleLeader(int id) =>
        id >= 0 && id != Local.Id && (Voters.Contains(id) || IsReconfigurable || Voters.Voters.Count == 0);
    internal LeaderState? Leading => Role as LeaderState;

    /// <summary>The leader to tell others of: this node only while it leads.</summary>
    internal int? KnownLeaderId => Quorum.LeaderId == Local.Id && Role is not LeaderState ? null : Quorum.LeaderId;

    internal void Emit(RaftOutput output) => Outputs.Add(output);

    internal void Reply(long token, IResponse response) => Emit(new RaftOutput.Reply(token, response));

    internal bool TrySend(int nodeId, Func<IRequest> request)
    {
        if (!Requests.MaySend(nodeId, NowMs))
            return false;
        var message = request();
        Emit(new RaftOutput.Send(Requests.Sent(nodeId, message, NowMs), nodeId, message));
        return true;
    }

    /// <summary>A deadline one election timeout away, and up to another one at random, so that voters differ.</summary>
    // Voters' addresses are known from their set.
    internal void Learn(int nodeId, string host, int port)
    {
        if (!Voters.Contains(nodeId) && nodeId != Local.Id)
            Emit(new RaftOutput.EndpointLearned(nodeId, host, port));
    }

    internal long ElectionDeadline() =>
        NowMs + Settings.ElectionTimeoutMs + Random.Next(Settings.ElectionTimeoutMs);

    internal void AdvanceHighWatermark(long candidate)
    {
        if (candidate <= HighWatermark)
            return;
        HighWatermark = candidate;
        Emit(new RaftOutput.HighWatermarkAdvanced(candidate));
    }

    /// <summary>The role after a start. A leader that restarts must not lead the same epoch again: it may have lost
    /// records that it never flushed but had given out.</summary>
    internal void Start() =>
        Enter(Quorum.LeaderId == Local.Id ? new ResignedState(this, [])
            : Quorum.LeaderId is { } leader && IsPossibleLeader(leader) ? new FollowerState(this)
            : new UnattachedState(this));

    internal void BecomeUnattached(int epoch) =>
        Become(Quorum.LeaderEpoch == epoch ? Quorum : new QuorumState(epoch, null, null),
        new UnattachedState(this));

    internal void BecomeVoted(ReplicaKey candidate) =>
        Become(Quorum with { Voted = candidate }, new UnattachedState(this));

    internal void BecomeFollower(int epoch, int leaderId) =>
        Become(new QuorumState(epoch, leaderId, Quorum.LeaderEpoch == epoch ? Quorum.Voted : null),
            new FollowerState(this));

    internal void BecomeProspective() => Become(Quorum, new ProspectiveState(this));

    internal void BecomeCandidate() =>
        Become(new QuorumState(Quorum.LeaderEpoch + 1, null, Local), new CandidateState(this));

    internal void BecomeLeader(IReadOnlyCollection<int> grantingVoters) =>
        Become(Quorum with { LeaderId = Local.Id }, new LeaderState(this, grantingVoters));

    internal void BecomeResigned(IReadOnlyList<ReplicaKey> successors) =>
        Become(Quorum, new ResignedState(this, successors));

    private void Become(QuorumState state, RaftRole role)
    {
        if (state != Quorum)
            Save(state);
        Enter(role);
    }

    private void Save(QuorumState state)
    {
        Quorum = state;
        // Saved twice without anything in between: the second one is enough (a lone voter elects itself in one write,
        // a vote in a new epoch takes one).
        if (Outputs.Count > 0 && Outputs[^1] is RaftOutput.SaveQuorumState)
            Outputs.RemoveAt(Outputs.Count - 1);
        Emit(new RaftOutput.SaveQuorumState(state));
    }

    private void Enter(RaftRole role)
    {
        var left = Role;
        Requests.ForgetUnanswered();
        Role = role;
        left.OnLeft();
        // Entering may already lead on to the next role.
        role.OnEntered();
    }

    /// <summary>Once a step, at its end: what matters is where the step led to.</summary>
    internal void ReportLeader()
    {
        _hasVoted |= IsVoter;
        var leader = new LeaderAndEpoch(KnownLeaderId, Epoch);
        if (leader == _reported)
            return;
        _reported = leader;
        Emit(new RaftOutput.LeaderChanged(leader, Leading?.EpochStartOffset));
    }
}
