using Platform.Protocol;

namespace Platform.Cluster.Replication;

/// <summary>
/// What the leader of a partition knows of its replicas: the high watermark that follows from it, and who should join or
/// leave the in-sync replicas. Pure: confined to the lock of its partition, told of every event, and its answers say what
/// the caller must do.
/// </summary>
public sealed class LeaderReplica
{
    private const short AcksAll = -1;
    private readonly int _brokerId;
    private readonly ReplicationRules _rules;
    private readonly ReplicationRates _rates = new();
    private FollowerProgress[] _followers = [];
    private IsrState _isr;
    private IReadOnlyList<IsrMember> _offline;
    private long _logEndOffset;

    /// <summary>Takes office at <paramref name="logEndOffset"/>; followers are unknown until they fetch.</summary>
    public LeaderReplica(int brokerId, int leaderEpoch, ReplicaSet replicas, long logEndOffset, long highWatermark,
        ReplicationRules rules, long nowMs)
    {
        (_brokerId, _rules, _logEndOffset) = (brokerId, rules, logEndOffset);
        (LeaderEpoch, StartOffset, HighWatermark) = (leaderEpoch, logEndOffset, highWatermark);
        (PartitionEpoch, MinInSyncReplicas) = (replicas.PartitionEpoch, replicas.MinInSyncReplicas);
        (_isr, _offline) = (new CommittedIsr(replicas.Isr), replicas.Offline);
        SetFollowers(replicas.Replicas);
        // Whoever is in sync has a whole lag time to fetch for the first time.
        foreach (var follower in _followers)
            follower.CaughtUpAtMs = replicas.Isr.Contains(follower.BrokerId) ? nowMs : long.MinValue / 2;
        AdvanceHighWatermark(nowMs);
    }

    /// <summary>Epoch in which this broker leads.</summary>
    public int LeaderEpoch { get; }

    /// <summary>Epoch of the registration that the leader knows.</summary>
    public int PartitionEpoch { get; private set; }

    /// <summary>Log end at the moment of election.</summary>
    public long StartOffset { get; }

    /// <summary>First offset that is not yet on every in-sync replica.</summary>
    public long HighWatermark { get; private set; }

    /// <summary>Replicas, the leader included, that a write with acks=all needs.</summary>
    public int MinInSyncReplicas { get; private set; }

    /// <summary>Who is in sync, and what was proposed.</summary>
    public IsrState IsrState => _isr;

    /// <summary>Brokers in sync, as last committed by the controller.</summary>
    public IReadOnlyList<int> Isr => _isr.Committed.Isr;

    /// <summary>True when fewer replicas are in sync than there are.</summary>
    public bool IsUnderReplicated => Isr.Count <= _followers.Length;

    /// <summary>True when so few replicas are in sync that acks=all is refused.</summary>
    public bool IsUnderMinIsr => Isr.Count < EffectiveMinIsr;

    /// <summary>True when one replica less would refuse acks=all.</summary>
    public bool IsAtMinIsr => Isr.Count == EffectiveMinIsr;

    private int EffectiveMinIsr => Math.Min(MinInSyncReplicas, _followers.Length + 1);

    /// <summary>May a write with these acks be appended now? Only acks=all looks at the in-sync set (KIP-966 keeps the
    /// watermark of the others still).</summary>
    public ErrorCode CheckAppend(short acks) =>
        acks == AcksAll && IsUnderMinIsr ? ErrorCode.NotEnoughReplicas : ErrorCode.None;

    /// <summary>The code for a write with acks=all that the watermark has passed: it is told when the in-sync replicas
    /// became too few meanwhile.</summary>
    public ErrorCode CheckCommitted() =>
        _isr.MaximalIsr.Count < EffectiveMinIsr ? ErrorCode.NotEnoughReplicasAfterAppend : ErrorCode.None;

    /// <summary>The metadata changed; true when the high watermark moved. What is older than known is left
    /// out.</summary>
    public bool OnReplicasChanged(ReplicaSet replicas, long nowMs)
    {
        MinInSyncReplicas = replicas.MinInSyncReplicas;
        if (replicas.PartitionEpoch > PartitionEpoch)
        {
            PartitionEpoch = replicas.PartitionEpoch;
            (_isr, _offline) = (new CommittedIsr(replicas.Isr), replicas.Offline);
            SetFollowers(replicas.Replicas);
        }
        return AdvanceHighWatermark(nowMs);
    }

    /// <summary>The topic's minimum changed; true when the high watermark moved.</summary>
    public bool OnMinInSyncReplicasChanged(int minInSyncReplicas, long nowMs)
    {
        MinInSyncReplicas = minInSyncReplicas;
        return AdvanceHighWatermark(nowMs);
    }

    /// <summary>The leader's own log grew; true when the high watermark moved.</summary>
    public bool OnLocalAppend(long logEndOffset, long nowMs)
    {
        _logEndOffset = logEndOffset;
        return AdvanceHighWatermark(nowMs);
    }

    /// <summary>May this fetch count as one of a follower?</summary>
    /// <param name="fetch">The fetch.</param>
    /// <param name="gaveLeaderEpoch">True when it came with this leader's epoch.</param>
    public ErrorCode CheckFollower(in FollowerFetch fetch, bool gaveLeaderEpoch)
    {
        // During a reassignment a follower may know of itself before its leader does: it shall try again.
        if (Find(fetch.BrokerId) is null)
            return gaveLeaderEpoch ? ErrorCode.UnknownLeaderEpoch : ErrorCode.NotLeaderOrFollower;
        // A process that was replaced speaks for a log that is no more (KIP-903).
        return fetch.BrokerEpoch >= 0 && fetch.BrokerEpoch < _rules.StandingOf(fetch.BrokerId).Epoch
            ? ErrorCode.NotLeaderOrFollower
            : ErrorCode.None;
    }

    /// <summary>A follower asks for an offset, which proves that it holds everything below it.</summary>
    /// <returns>True when the high watermark moved, so that the caller completes waiting requests.</returns>
    public bool OnFollowerFetch(in FollowerFetch fetch, long nowMs)
    {
        if (Find(fetch.BrokerId) is not { } follower)
            return false;
        follower.OnFetch(fetch, _logEndOffset, nowMs);
        return AdvanceHighWatermark(nowMs);
    }

    /// <summary>The first offset that any replica may still hold: the smallest log start of the leader and of all followers
    /// whose broker is there. One that is not deletes when it comes back.</summary>
    /// <param name="logStartOffset">Start of the leader's own log.</param>
    public long LowWatermark(long logStartOffset)
    {
        foreach (var follower in _followers)
            if (follower.LogStartOffset < logStartOffset && _rules.StandingOf(follower.BrokerId).IsActive)
                logStartOffset = follower.LogStartOffset;
        return logStartOffset;
    }

    /// <summary>The follower that a consumer had better read <paramref name="offset"/> from (KIP-392); null for the leader.
    /// Only those in sync are asked for: a consumer could stay for ever with one that falls behind.</summary>
    public int? PreferredReadReplica(string clientRack, long offset, long nowMs) => !_rules.PrefersSameRack ? null
        : RackAwareReplicaSelector.Select(clientRack, _rules.StandingOf(_brokerId).Rack,
            from follower in _followers
            where Isr.Contains(follower.BrokerId) && follower.LogStartOffset <= offset && offset <= follower.LogEndOffset
            let standing = _rules.StandingOf(follower.BrokerId)
            where standing.IsActive
            select new ReplicaView(
                follower.BrokerId, standing.Rack, follower.LogEndOffset, Math.Max(0, nowMs - follower.CaughtUpAtMs)));

    /// <summary>The change that takes a follower into the in-sync replicas, when it is due. The caller sends it.</summary>
    public IsrChange? ProposeExpansion(int brokerId)
    {
        if (_isr is not CommittedIsr committed || Find(brokerId) is not { } follower
            || committed.Isr.Contains(brokerId) || !HasCaughtUp(follower)
            || !IsEligible(follower))
            return null;
        _isr = new PendingExpand(committed, brokerId);
        return Change([.. committed.Isr, brokerId]);
    }

    /// <summary>The change that drops followers which lag for too long, when there are any. The caller sends it.</summary>
    public IsrChange? ProposeShrink(long nowMs)
    {
        if (_isr is not CommittedIsr committed)
            return null;
        var leaving = _followers.Where(follower => committed.Isr.Contains(follower.BrokerId)
            && !follower.IsCaughtUp(_logEndOffset, nowMs, _rules.MaxLagMs)).ToArray();
        var lags = Array.ConvertAll(leaving, follower => _rates.LagOf(follower, _logEndOffset, nowMs));
        _rates.Sample(_followers, _logEndOffset, nowMs);
        if (leaving.Length == 0)
            return null;
        var ids = Array.ConvertAll(leaving, follower => follower.BrokerId);
        _isr = new PendingShrink(committed, ids);
        return Change([.. committed.Isr.Except(ids)]) with { Lags = lags };
    }

    /// <summary>The controller answered a change. <see cref="HighWatermark"/> may have moved.</summary>
    public IsrOutcome OnIsrAnswer(IsrChange change, IsrAnswer answer, long nowMs)
    {
        if (!ReferenceEquals(_isr, change.State))
            return IsrOutcome.Obsolete;
        if (answer.Error != ErrorCode.None)
            return OnIsrRefused(answer.Error, nowMs);
        if (answer.LeaderEpoch != LeaderEpoch || answer.PartitionEpoch < PartitionEpoch)
            return IsrOutcome.Unsettled;
        PartitionEpoch = answer.PartitionEpoch;
        _isr = new CommittedIsr(answer.Isr);
        AdvanceHighWatermark(nowMs);
        return IsrOutcome.Committed;
    }

    private IsrOutcome OnIsrRefused(ErrorCode error, long nowMs)
    {
        switch (error)
        {
            // The controller says for certain that nothing changed.
            case ErrorCode.OperationNotAttempted or ErrorCode.IneligibleReplica:
                _isr = _isr.Committed;
                AdvanceHighWatermark(nowMs);
                return IsrOutcome.Refused;
            // The controller is ahead: whatever it holds now comes with the metadata.
            case ErrorCode.InvalidUpdateVersion or ErrorCode.FencedLeaderEpoch or ErrorCode.InvalidRequest
                or ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId or ErrorCode.NewLeaderElected:
                return IsrOutcome.Unsettled;
            default:
                return IsrOutcome.Retry;
        }
    }

    // Up to the watermark, so that no committed record can be missing; and up to where this leader began, so that the
    // epochs before it are settled.
    private bool HasCaughtUp(FollowerProgress follower) =>
        follower.LogEndOffset >= HighWatermark && follower.LogEndOffset >= StartOffset;

    private IsrChange Change(IReadOnlyList<int> isr) => new(
        _isr, [.. isr.Select(id => new IsrMember(id, EpochOf(id)))], LeaderEpoch, PartitionEpoch);

    private long EpochOf(int brokerId) =>
        brokerId == _brokerId ? _rules.StandingOf(brokerId).Epoch : Find(brokerId)?.BrokerEpoch ?? -1;

    private void SetFollowers(IReadOnlyList<int> replicas) => _followers =
        [.. replicas.Where(id => id != _brokerId).Select(id => Find(id) ?? new FollowerProgress(id))];

    private FollowerProgress? Find(int brokerId)
    {
        foreach (var follower in _followers)
            if (follower.BrokerId == brokerId)
                return follower;
        return null;
    }

    // Strict min ISR: with too few replicas in sync the watermark stands still, whatever was appended (KIP-966).
    private bool AdvanceHighWatermark(long nowMs)
    {
        if (IsUnderMinIsr)
            return false;
        var slowest = _logEndOffset;
        foreach (var follower in _followers)
            if (follower.LogEndOffset < slowest && HoldsBack(follower, nowMs))
                slowest = follower.LogEndOffset;
        var advanced = slowest > HighWatermark;
        if (advanced)
            HighWatermark = slowest;
        return advanced;
    }

    // A follower that is about to join is waited for: else a fast leader would keep the watermark ahead of it for ever.
    private bool HoldsBack(FollowerProgress follower, long nowMs) =>
        _isr.MayBeInSync(follower.BrokerId)
        || (follower.IsCaughtUp(_logEndOffset, nowMs, _rules.MaxLagMs)
            && IsEligible(follower));

    private bool IsEligible(FollowerProgress follower)
    {
        foreach (var (brokerId, epoch) in _offline)
            if (brokerId == follower.BrokerId && epoch == _rules.StandingOf(brokerId).Epoch)
                return false;
        return _rules.IsEligible(follower.BrokerId, follower.BrokerEpoch);
    }
}
