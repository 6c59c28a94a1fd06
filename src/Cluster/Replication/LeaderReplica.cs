using Platform.Protocol;

namespace Platform.Cluster.Replication;

/// <summary>
/// What the leader of a partition knows of its replicas, and the high watermark that follows from it. Pure: confined
/// to the lock of its partition, told of every event, and its answers say what the caller must do.
/// </summary>
public sealed class LeaderReplica
{
    private readonly int _brokerId;
    private readonly Dictionary<int, FollowerState> _followers = [];
    private int[] _isr;
    private long _logEndOffset;

    /// <summary>Takes office at <paramref name="logEndOffset"/>; followers are unknown until they fetch.</summary>
    public LeaderReplica(int brokerId, int leaderEpoch, ReplicaSet replicas, long logEndOffset, long highWatermark)
    {
        _brokerId = brokerId;
        LeaderEpoch = leaderEpoch;
        StartOffset = logEndOffset;
        _logEndOffset = logEndOffset;
        HighWatermark = highWatermark;
        _isr = [.. replicas.Isr];
        MinInSyncReplicas = replicas.MinInSyncReplicas;
        foreach (var follower in replicas.Replicas)
            if (follower != brokerId)
                _followers[follower] = new FollowerState();
        AdvanceHighWatermark();
    }

    /// <summary>Epoch in which this broker leads.</summary>
    public int LeaderEpoch { get; }

    /// <summary>Log end at the moment of election.</summary>
    public long StartOffset { get; }

    /// <summary>First offset that is not yet on every in-sync replica.</summary>
    public long HighWatermark { get; private set; }

    /// <summary>Replicas, the leader included, that a write with acks=all needs.</summary>
    public int MinInSyncReplicas { get; private set; }

    /// <summary>Brokers in sync, as last committed by the controller.</summary>
    public IReadOnlyList<int> Isr => _isr;

    /// <summary>May a write with these acks be appended now? Only acks=all looks at the in-sync set (KIP-966 keeps the
    /// watermark of the others still).</summary>
    public ErrorCode CheckAppend(short acks) =>
        acks == -1 && _isr.Length < EffectiveMinIsr ? ErrorCode.NotEnoughReplicas : ErrorCode.None;

    /// <summary>The in-sync set or its minimum changed; true when the high watermark moved.</summary>
    public bool OnReplicasChanged(ReplicaSet replicas)
    {
        _isr = [.. replicas.Isr];
        MinInSyncReplicas = replicas.MinInSyncReplicas;
        foreach (var gone in _followers.Keys.Except(replicas.Replicas).ToList())
            _followers.Remove(gone);
        foreach (var follower in replicas.Replicas)
            if (follower != _brokerId)
                _followers.TryAdd(follower, new FollowerState());
        return AdvanceHighWatermark();
    }

    /// <summary>The leader's own log grew; true when the high watermark moved.</summary>
    public bool OnLocalAppend(long logEndOffset)
    {
        _logEndOffset = logEndOffset;
        return AdvanceHighWatermark();
    }

    /// <summary>A follower asks for <paramref name="offset"/>, which proves that it holds everything below it.</summary>
    /// <returns>True when the high watermark moved, so that the caller completes waiting requests.</returns>
    public bool OnFollowerFetch(int brokerId, long offset, long nowMs)
    {
        if (!_followers.TryGetValue(brokerId, out var follower))
            return false;
        follower.LogEndOffset = offset;
        if (offset >= _logEndOffset)
            follower.CaughtUpAtMs = nowMs;
        return AdvanceHighWatermark();
    }

    private int EffectiveMinIsr => Math.Min(MinInSyncReplicas, _followers.Count + 1);

    // Strict min ISR: with too few replicas in sync the watermark stands still, whatever was appended (KIP-966).
    private bool AdvanceHighWatermark()
    {
        if (_isr.Length < EffectiveMinIsr)
            return false;
        var slowest = _logEndOffset;
        foreach (var brokerId in _isr)
            if (brokerId != _brokerId && _followers.TryGetValue(brokerId, out var follower))
                slowest = Math.Min(slowest, follower.LogEndOffset);
        var advanced = slowest > HighWatermark;
        if (advanced)
            HighWatermark = slowest;
        return advanced;
    }

    private sealed class FollowerState
    {
        public long LogEndOffset { get; set; } = -1;
        public long CaughtUpAtMs { get; set; }
    }
}

/// <summary>Who holds a partition, as the metadata says.</summary>
/// <param name="Replicas">Brokers that hold it, the preferred leader first.</param>
/// <param name="Isr">Those in sync.</param>
/// <param name="MinInSyncReplicas">The topic's min.insync.replicas.</param>
public sealed record ReplicaSet(IReadOnlyList<int> Replicas, IReadOnlyList<int> Isr, int MinInSyncReplicas);
