using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>
/// Fetches from the leader. Its fetch offset tells the leader what it holds on disk, so that it fetches again only
/// after a flush. Without a successful fetch for the fetch timeout a voter asks for pre-votes, an observer looks
/// around.
/// </summary>
internal sealed class FollowerState(RaftContext raft) : RaftRole(raft)
{
    private const int RefusedPauseDivisor = 4;

    private long _fetchDeadlineMs = raft.NowMs + raft.Settings.FetchTimeoutMs;
    private bool _isKnown;
    private bool _hasFetched;
    private long _updateAtMs;
    private OffsetAndEpoch? _snapshot;
    private long _snapshotPosition;

    internal override RaftRoleKind Kind => RaftRoleKind.Follower;

    private int LeaderId => Raft.Quorum.LeaderId!.Value;

    private bool IsFlushed => Raft.Log.FlushedOffset == Raft.Log.EndOffset;

    internal override long NextDeadlineMs
    {
        get
        {
            var expiry = Raft.ShuttingDown && Raft.MayStand ? long.MaxValue : _fetchDeadlineMs;
            return IsFlushed ? Math.Min(expiry, Raft.Requests.ReadyAtMs(LeaderId)) : expiry;
        }
    }

    internal override void OnEntered() => FetchMore();

    internal override void OnTick()
    {
        if (Raft.NowMs < _fetchDeadlineMs || (Raft.ShuttingDown && Raft.MayStand))
            FetchMore();
        else if (Raft.MayStand)
            Raft.BecomeProspective();
        else
            Raft.BecomeUnattached(Raft.Epoch);
    }

    internal override void OnLogFlushed() => FetchMore();

    /// <summary>A follower that hears from its leader does not help to depose it (KIP-996).</summary>
    internal override bool GrantsVote(ReplicaKey candidate, bool logIsUpToDate, bool preVote) =>
        preVote && logIsUpToDate && !_hasFetched;

    /// <summary>The leader resigned: stand for election after a pause that depends on the rank among its
    /// successors.</summary>
    internal void OnLeaderEnded(int rank, int candidates)
    {
        _hasFetched = false;
        var pauseMs = (long)Raft.Settings.ElectionBackoffMaxMs * rank / Math.Max(1, candidates);
        _fetchDeadlineMs = Math.Min(_fetchDeadlineMs, Raft.NowMs + pauseMs);
    }

    /// <summary>The leader's process has ended, which the fetch timeout need not find out. Whoever still reaches it grants no
    /// pre-vote. A voter hurries once, so that one that is merely kept from the leader does not ask on and on; the pause lets
    /// the others learn of it, too. Who only follows may look around as often as it likes.</summary>
    internal override void OnRefused(int from)
    {
        if (from != LeaderId || (Raft.MayStand && !_hasFetched))
            return;
        _hasFetched = false;
        var pauseMs = Raft.Random.Next(Raft.Settings.ElectionBackoffMaxMs / RefusedPauseDivisor + 1);
        _fetchDeadlineMs = Math.Min(_fetchDeadlineMs, Raft.NowMs + pauseMs);
    }

    internal override void OnFetchResponse(int from, FetchResponse.PartitionData partition)
    {
        if (partition.ErrorCode != ErrorCode.None)
        {
            Raft.Requests.Pause(from, Raft.NowMs);
            return;
        }
        OnFetched();
        if (partition.SnapshotId.EndOffset >= 0)
            BeginSnapshot(new OffsetAndEpoch(partition.SnapshotId.EndOffset, partition.SnapshotId.Epoch));
        else if (partition.DivergingEpoch.Epoch >= 0)
            Truncate(from, new OffsetAndEpoch(partition.DivergingEpoch.EndOffset, partition.DivergingEpoch.Epoch));
        else
            TakeRecords(from, partition);
        FetchMore();
    }

    internal override void OnFetchSnapshotResponse(int from, FetchSnapshotResponse.PartitionSnapshot piece)
    {
        var answered = new OffsetAndEpoch(piece.SnapshotId.EndOffset, piece.SnapshotId.Epoch);
        if (piece.ErrorCode != ErrorCode.None || _snapshot is not { } snapshot || answered != snapshot
            || piece.Position != _snapshotPosition)
        {
            // The leader took a newer one meanwhile, or lost this one: the next fetch tells which to read.
            _snapshot = null;
            Raft.Requests.Pause(from, Raft.NowMs);
            return;
        }
        OnFetched();
        TakePiece(from, snapshot, piece);
        FetchMore();
    }

    internal override void OnVoterUpdated(bool isKnown)
    {
        _isKnown |= isKnown;
        FetchMore();
    }

    // The leader must know where to reach each voter; it is told once per fetch timeout until it does (KIP-853). Where voters
    // are fixed each leader is told once: it can write them into the log when it knows all their directories.
    private bool MustUpdate()
    {
        if (!_hasFetched || Raft.NowMs < _updateAtMs || Raft.Address is not { } address
            || Raft.Voters.Find(Raft.Local.Id) is not { } known)
            return false;
        return Raft.IsReconfigurable ? known.Key == address.Key && known != address
            : !_isKnown && address.Key.DirectoryId != Uuid.Zero;
    }

    // Tried again as often; the leader refuses whoever has not caught up (KIP-1186).
    private bool MustJoin() => _hasFetched && Raft.WantsVote && Raft.NowMs >= _updateAtMs;

    private void OnFetched()
    {
        _hasFetched = true;
        _fetchDeadlineMs = Raft.NowMs + Raft.Settings.FetchTimeoutMs;
    }

    private void FetchMore()
    {
        if (!IsFlushed)
            return;
        if (_snapshot is { } snapshot)
            Raft.TrySend(LeaderId, () => RaftRequests.FetchSnapshot(Raft, snapshot, _snapshotPosition));
        else if (MustUpdate() && Raft.TrySend(LeaderId, () => RaftRequests.UpdateVoter(Raft)))
            _updateAtMs = Raft.NowMs + Raft.Settings.FetchTimeoutMs;
        else if (MustJoin() && Raft.TrySend(LeaderId, () => RaftRequests.Join(Raft)))
            _updateAtMs = Raft.NowMs + Raft.Settings.FetchTimeoutMs;
        else
            Raft.TrySend(LeaderId, () => RaftRequests.Fetch(Raft));
    }

    private void BeginSnapshot(OffsetAndEpoch snapshot)
    {
        if (snapshot.Offset < Raft.HighWatermark)
            throw new RaftInvariantException($"epoch {Raft.Epoch}: leader {LeaderId} offers {snapshot} for a log that "
                + $"ends at {Raft.Log.End}, of which everything below {Raft.HighWatermark} is committed");
        (_snapshot, _snapshotPosition) = (snapshot, 0);
    }

    private void TakePiece(int from, OffsetAndEpoch snapshot, FetchSnapshotResponse.PartitionSnapshot piece)
    {
        var bytes = piece.UnalignedRecords.Memory;
        if (bytes.Length == 0)
            Raft.Requests.Pause(from, Raft.NowMs);
        else
            Raft.Emit(new RaftOutput.WriteSnapshot(snapshot, _snapshotPosition, bytes));
        _snapshotPosition += bytes.Length;
        if (_snapshotPosition < piece.Size)
            return;
        Raft.Emit(new RaftOutput.InstallSnapshot(snapshot));
        Raft.Log.ResetTo(snapshot);
        Raft.AdvanceHighWatermark(snapshot.Offset);
        _snapshot = null;
    }

    private void TakeRecords(int from, FetchResponse.PartitionData partition)
    {
        var batches = FetchedBatches.Check(partition.Records, Raft.Log.End, Raft.Epoch);
        if (batches.Error is not null)
            Raft.Requests.Pause(from, Raft.NowMs);
        if (batches.Batches.Count > 0)
            Append(batches);
        Raft.AdvanceHighWatermark(Math.Min(partition.HighWatermark, Raft.Log.EndOffset));
    }

    private void Append(FetchedBatches fetched)
    {
        var baseOffset = Raft.Log.EndOffset;
        foreach (var header in fetched.Batches)
            Raft.Log.Append(header.PartitionLeaderEpoch, header.NextOffset);
        foreach (var voters in fetched.Voters)
            Raft.Log.AppendVoters(voters);
        Raft.Emit(new RaftOutput.AppendToLog(baseOffset, Raft.Log.EndOffset, fetched.Bytes));
        Raft.Emit(new RaftOutput.Flush(Raft.Log.EndOffset));
    }

    // The leader names its last epoch up to ours and where that ends; what we have beyond it, it does not (KIP-595).
    private void Truncate(int from, OffsetAndEpoch diverging)
    {
        var own = Raft.Log.EndOffsetForEpoch(diverging.Epoch);
        var end = own.Epoch == diverging.Epoch ? Math.Min(own.Offset, diverging.Offset) : own.Offset;
        if (end < Raft.HighWatermark)
            throw new RaftInvariantException($"epoch {Raft.Epoch}: leader {LeaderId} asks to truncate to {end} for "
                + $"diverging epoch {diverging}, but everything below {Raft.HighWatermark} is committed");
        if (end >= Raft.Log.EndOffset)
        {
            Raft.Requests.Pause(from, Raft.NowMs);
            return;
        }
        Raft.Log.TruncateTo(end);
        Raft.Emit(new RaftOutput.TruncateLog(end));
    }
}
