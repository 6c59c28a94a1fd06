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
    private readonly CheckQuorum _checkQuorum;
    private readonly IReadOnlyCollection<int> _grantingVoters;

    internal LeaderState(RaftContext raft, IReadOnlyCollection<int> grantingVoters)
        : base(raft)
    {
        _grantingVoters = grantingVoters;
        EpochStartOffset = raft.Log.EndOffset;
        _checkQuorum = new CheckQuorum(raft.Voters, raft.Settings.CheckQuorumTimeoutMs, raft.NowMs);
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
            .Append(_checkQuorum.DeadlineMs).Append(_waiting.NextDeadlineMs).Min();

    internal override void OnEntered()
    {
        var voters = Raft.Voters.Voters.Select(voter => voter.Id);
        var message = new LeaderChangeMessage { LeaderId = Raft.Local.Id };
        message.Voters.AddRange(voters.Select(id => new LeaderChangeMessage.Voter { VoterId = id }));
        message.GrantingVoters.AddRange(_grantingVoters.Select(id => new LeaderChangeMessage.Voter { VoterId = id }));
        Append(ControlRecord.RaftBatch(Raft.Log.EndOffset, Raft.Epoch, Raft.NowMs,
            new ControlMessage(ControlRecordType.LeaderChange, message)), recordCount: 1);
        Announce();
    }

    internal override void OnTick()
    {
        if (Raft.NowMs >= _checkQuorum.DeadlineMs)
        {
            Resign();
            return;
        }
        Announce();
        AnswerWaiting(fetch => fetch.DeadlineMs <= Raft.NowMs);
    }

    internal override void OnShutdown() => Resign();

    internal override void OnLogFlushed() => UpdateHighWatermark();

    internal override bool GrantsVote(ReplicaKey candidate, bool logIsUpToDate, bool preVote) => false;

    /// <summary>Fetches that wait here learn at once where to go on.</summary>
    internal override void OnLeft()
    {
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

    internal void OnFetch(QuorumFetch fetch)
    {
        OnContact(fetch.Replica.Id);
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
    internal void OnContact(int replicaId)
    {
        if (_followers.ContainsKey(replicaId))
            _checkQuorum.OnFetch(replicaId, Raft.NowMs);
    }

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
        if (_followers.TryGetValue(fetch.Replica.Id, out var follower))
        {
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
        var ends = Followers.Select(follower => follower.EndOffset).Append(Raft.Log.FlushedOffset);
        var candidate = ends.OrderDescending().ElementAt(Raft.Voters.Majority - 1);
        if (candidate <= EpochStartOffset || candidate <= Raft.HighWatermark)
            return;
        Raft.AdvanceHighWatermark(candidate);
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
