using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Cluster.Raft;

/// <summary>
/// Leads its epoch: appends, answers fetches, and derives the high watermark from them. The epoch begins with a
/// LeaderChange record; only once that is on a majority is anything of earlier epochs known to be committed.
/// </summary>
internal sealed class LeaderState : RaftRole
{
    private readonly SortedDictionary<int, ReplicaProgress> _followers = [];
    private readonly SortedDictionary<int, ReplicaProgress> _observers = [];
    private readonly SortedDictionary<int, long> _announceAtMs = [];
    private readonly WaitingFetches _waiting = new();
    private CheckQuorum _checkQuorum;
    private readonly IReadOnlyCollection<int> _grantingVoters;

    internal LeaderState(RaftContext raft, IReadOnlyCollection<int> grantingVoters)
        : base(raft)
    {
        _grantingVoters = grantingVoters;
        EpochStartOffset = raft.Log.EndOffset;
        Changes = new VoterChanges(raft, this);
        Upgrade = new KRaftUpgrade(raft);
        _checkQuorum = NewCheckQuorum();
        foreach (var voter in raft.Voters.Except(raft.Local.Id))
        {
            _followers.Add(voter.Id, new ReplicaProgress(voter.Key));
            _announceAtMs.Add(voter.Id, raft.NowMs);
        }
    }

    internal override RaftRoleKind Kind => RaftRoleKind.Leader;

    /// <summary>Offset of the LeaderChange record of this epoch.</summary>
    internal long EpochStartOffset { get; }

    internal IEnumerable<ReplicaProgress> Followers => _followers.Values;

    internal IEnumerable<ReplicaProgress> Observers
    {
        get
        {
            DropSilentObservers();
            return _observers.Values;
        }
    }

    internal bool IsHighWatermarkKnown => Raft.HighWatermark > EpochStartOffset;

    internal override long NextDeadlineMs =>
        _announceAtMs.Select(entry => Math.Max(entry.Value, Raft.Requests.ReadyAtMs(entry.Key)))
            .Append(_checkQuorum.DeadlineMs).Append(_waiting.NextDeadlineMs).Append(Changes.NextDeadlineMs)
            .Append(IsRemoved ? Raft.NowMs : long.MaxValue).Min();

    /// <summary>Changes of the voters.</summary>
    internal VoterChanges Changes { get; }

    /// <summary>What voters tell of themselves while they are fixed by a setting.</summary>
    internal KRaftUpgrade Upgrade { get; }

    private bool IsRemoved => !Raft.IsVoter && Raft.Log.VotersOffset < Raft.HighWatermark;

    internal override void OnEntered()
    {
        var voters = Raft.Voters.Voters.Select(voter => voter.Id);
        var message = new LeaderChangeMessage { LeaderId = Raft.Local.Id };
        message.Voters.AddRange(voters.Select(id => new LeaderChangeMessage.Voter { VoterId = id }));
        message.GrantingVoters.AddRange(_grantingVoters.Select(id => new LeaderChangeMessage.Voter { VoterId = id }));
        var change = new ControlMessage(ControlRecordType.LeaderChange, message);
        AppendControl(Raft.MustWriteVoters ? [change, .. VoterRecords.Messages(Raft.Voters)] : [change]);
        Announce();
    }

    internal override void OnTick()
    {
        if (Raft.NowMs >= _checkQuorum.DeadlineMs || IsRemoved)
        {
            Resign();
            return;
        }
        Announce();
        Changes.OnTick();
        AnswerWaiting(fetch => fetch.DeadlineMs <= Raft.NowMs);
    }

    internal override void OnShutdown() => Resign();

    internal override void OnLogFlushed() => UpdateHighWatermark();

    internal override bool GrantsVote(ReplicaKey candidate, bool logIsUpToDate, bool preVote) => false;

    /// <summary>Fetches that wait here learn at once where to go on.</summary>
    internal override void OnLeft()
    {
        Changes.OnLeft();
        foreach (var fetch in _waiting.TakeAll())
            Raft.Reply(fetch.Token, FetchHandler.Answer(Raft, ErrorCode.NotLeaderOrFollower));
    }

    /// <summary>Appends batches that were stamped with offsets and this epoch.</summary>
    internal void Append(ReadOnlyMemory<byte> batches, int recordCount)
    {
        var baseOffset = Raft.Log.EndOffset;
        Raft.Log.Append(Raft.Epoch, baseOffset + recordCount);
        Raft.Emit(new RaftOutput.AppendToLog(baseOffset, Raft.Log.EndOffset, batches));
        AnswerWaiting(fetch => fetch.Offset < Raft.Log.EndOffset);
        Raft.Emit(new RaftOutput.Flush(Raft.Log.EndOffset));
    }

    /// <summary>Appends a new set of voters, which counts at once.</summary>
    /// <returns>The offset of its record.</returns>
    internal long AppendVoters(VoterSet voters)
    {
        // The first ones come with the version of raft that allows them.
        AppendControl(Raft.IsReconfigurable
            ? [new ControlMessage(ControlRecordType.KRaftVoters, VoterRecords.ToRecord(voters))] : VoterRecords.Messages(voters));
        return Raft.Log.VotersOffset;
    }

    /// <summary>True when a replica that has no vote fetches, and has had everything not long ago.</summary>
    internal bool IsCaughtUp(ReplicaKey key) => Observers.FirstOrDefault(observer => observer.Key == key) is
    {
        LastCaughtUpMs: >= 0,
    };

    private CheckQuorum NewCheckQuorum() => new(Raft.Voters.Majority - (Raft.IsVoter ? 1 : 0),
        Raft.Settings.CheckQuorumTimeoutMs, Raft.NowMs);

    private void AppendControl(params ReadOnlySpan<ControlMessage> messages)
    {
        var batch = ControlRecord.RaftBatch(Raft.Log.EndOffset, Raft.Epoch, Raft.NowMs, messages);
        foreach (var parsed in RecordBatches.In(batch))
            foreach (var voters in VoterRecords.In(parsed))
                Raft.Log.AppendVoters(voters);
        FollowVoters();
        Append(batch, messages.Length);
    }

    // A replica keeps its progress when it gets or loses its vote.
    private void FollowVoters()
    {
        foreach (var (id, gone) in _followers.Where(follower => !Raft.Voters.Contains(follower.Value.Key)).ToList())
        {
            _followers.Remove(id);
            _announceAtMs.Remove(id);
            _observers.TryAdd(id, gone);
        }
        foreach (var voter in Raft.Voters.Except(Raft.Local.Id).Where(voter => !_followers.ContainsKey(voter.Id)))
        {
            _followers[voter.Id] = _observers.Remove(voter.Id, out var known) && known.Key.Matches(voter.Key)
                ? known : new ReplicaProgress(voter.Key);
            _announceAtMs[voter.Id] = Raft.NowMs;
        }
        _checkQuorum = NewCheckQuorum();
    }

    internal void OnFetch(QuorumFetch fetch)
    {
        OnContact(fetch.Replica);
        if (Raft.Log.IsBehindSnapshot(fetch.Offset, fetch.LastEpoch))
        {
            ReplySnapshot(fetch, Raft.Log.LatestSnapshot!.Value);
            return;
        }
        if (Divergence(fetch) is { } diverging)
        {
            ReplyDiverging(fetch, diverging);
            return;
        }
        Note(fetch);
        if (fetch.Offset < Raft.Log.EndOffset || fetch.KnownHighWatermark < Raft.HighWatermark
            || fetch.DeadlineMs <= Raft.NowMs)
            Answer(fetch);
        else if (_waiting.Add(fetch) is { } pushedOut)
            Answer(pushedOut);
    }

    /// <summary>Notes that a replica is there.</summary>
    internal void OnContact(ReplicaKey replica)
    {
        if (IsFollower(replica))
            _checkQuorum.OnFetch(replica.Id, Raft.NowMs);
    }

    // Not a node whose disk was replaced: what it once held counts for nothing.
    private bool IsFollower(ReplicaKey replica) =>
        _followers.ContainsKey(replica.Id) && Raft.Voters.Contains(replica);

    private void ReplySnapshot(QuorumFetch fetch, OffsetAndEpoch snapshot)
    {
        var response = FetchHandler.Answer(Raft, ErrorCode.None);
        var id = response.Responses[0].Partitions[0].SnapshotId;
        (id.EndOffset, id.Epoch) = (snapshot.Offset, snapshot.Epoch);
        Raft.Reply(fetch.Token, response);
    }

    // The replica's log must be a prefix of ours: same last epoch, and not longer than that epoch is here (KIP-595).
    private OffsetAndEpoch? Divergence(QuorumFetch fetch)
    {
        if (fetch.Offset == 0)
            return null;
        var own = Raft.Log.EndOffsetForEpoch(fetch.LastEpoch);
        return own.Epoch == fetch.LastEpoch && own.Offset >= fetch.Offset ? null : own;
    }

    private void ReplyDiverging(QuorumFetch fetch, OffsetAndEpoch diverging)
    {
        var response = FetchHandler.Answer(Raft, ErrorCode.None);
        var partition = response.Responses[0].Partitions[0];
        partition.DivergingEpoch.Epoch = diverging.Epoch;
        partition.DivergingEpoch.EndOffset = diverging.Offset;
        Raft.Reply(fetch.Token, response);
    }

    private void Note(QuorumFetch fetch)
    {
        if (IsFollower(fetch.Replica))
        {
            var follower = _followers[fetch.Replica.Id];
            follower.OnFetch(fetch.Replica, fetch.Offset, Raft.Log.EndOffset, Raft.NowMs);
            _announceAtMs[fetch.Replica.Id] = Raft.NowMs + Raft.Settings.FetchTimeoutMs / 2;
            UpdateHighWatermark();
        }
        else if (fetch.Replica.Id >= 0)
        {
            NoteObserver(fetch);
        }
    }

    private void NoteObserver(QuorumFetch fetch)
    {
        if (!_observers.TryGetValue(fetch.Replica.Id, out var observer))
        {
            DropSilentObservers();
            if (_observers.Count >= RaftSettings.MaxObservers)
                return;
            _observers[fetch.Replica.Id] = observer = new ReplicaProgress(fetch.Replica);
        }
        observer.OnFetch(fetch.Replica, fetch.Offset, Raft.Log.EndOffset, Raft.NowMs);
    }

    private void DropSilentObservers()
    {
        var before = Raft.NowMs - RaftSettings.ObserverSessionTimeoutMs;
        foreach (var silent in _observers.Values.Where(observer => observer.LastFetchMs < before).ToList())
            _observers.Remove(silent.Key.Id);
    }

    // What a majority holds on disk is committed, provided that it reaches into this epoch: a record of an earlier
    // epoch may be on a majority and still be replaced (Raft, section 5.4.2).
    private void UpdateHighWatermark()
    {
        var ends = Followers.Select(follower => follower.EndOffset);
        if (Raft.IsVoter)
            ends = ends.Append(Raft.Log.FlushedOffset);
        var candidate = ends.OrderDescending().ElementAt(Raft.Voters.Majority - 1);
        if (candidate <= EpochStartOffset || candidate <= Raft.HighWatermark)
            return;
        Raft.AdvanceHighWatermark(candidate);
        Changes.OnHighWatermark();
        AnswerWaiting(fetch => fetch.KnownHighWatermark < candidate);
    }

    private void AnswerWaiting(Predicate<QuorumFetch> isDue)
    {
        foreach (var fetch in _waiting.Take(isDue))
            Answer(fetch);
    }

    private void Answer(QuorumFetch fetch)
    {
        var response = FetchHandler.Answer(Raft, ErrorCode.None);
        if (fetch.Offset < Raft.Log.EndOffset)
            Raft.Emit(new RaftOutput.ReplyWithRecords(fetch.Token, response, fetch.Offset, fetch.MaxBytes));
        else
            Raft.Reply(fetch.Token, response);
    }

    private void Announce()
    {
        foreach (var (voterId, _) in _announceAtMs.Where(entry => entry.Value <= Raft.NowMs).ToList())
            if (Raft.TrySend(voterId, () => RaftRequests.BeginQuorumEpoch(Raft, voterId)))
                _announceAtMs[voterId] = Raft.NowMs + Raft.Settings.FetchTimeoutMs / 2;
    }

    private void Resign() => Raft.BecomeResigned(
        [.. Followers.OrderByDescending(follower => follower.EndOffset).Select(follower => follower.Key)]);
}
