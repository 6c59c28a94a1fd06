using Platform.Cluster.Diagnosis;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <summary>
/// A partition that this broker hosts: its log, its role and who waits for it. Appends and changes of role take the
/// partition's lock; operations that wait are completed after it is released.
/// </summary>
internal sealed partial class Partition(TopicIdPartition id, UnifiedLog log, PartitionContext context)
{
    private readonly Lock _lock = new();
    private LeaderReplica? _leader;
    private UnifiedLog _log = log;

    /// <summary>Which partition, of which incarnation of the topic.</summary>
    public TopicIdPartition Id { get; } = id;

    /// <summary>The partition's log; another one once the partition has moved to another log directory.</summary>
    public UnifiedLog Log => Volatile.Read(ref _log);

    /// <summary>Broker that leads, or -1.</summary>
    public int LeaderId { get; private set; } = -1;

    /// <summary>Epoch of the leader.</summary>
    public int LeaderEpoch { get; private set; } = -1;

    /// <summary>True when this broker leads.</summary>
    public bool IsLeader => Volatile.Read(ref _leader) is not null;

    /// <summary>Brokers in sync; empty when this broker does not lead.</summary>
    public IReadOnlyList<int> Isr => Volatile.Read(ref _leader)?.Isr ?? [];

    /// <summary>True when this broker leads and fewer replicas are in sync than there are.</summary>
    public bool IsUnderReplicated => Volatile.Read(ref _leader) is { IsUnderReplicated: true };

    /// <summary>True when this broker leads and too few replicas are in sync for acks=all.</summary>
    public bool IsUnderMinIsr => Volatile.Read(ref _leader) is { IsUnderMinIsr: true };

    /// <summary>True when this broker leads and just enough replicas are in sync for acks=all.</summary>
    public bool IsAtMinIsr => Volatile.Read(ref _leader) is { IsAtMinIsr: true };

    /// <summary>Fetches of consumers, which wait for the high watermark.</summary>
    public OperationWatchers FetchWatchers { get; } = new();

    /// <summary>Fetches of followers, which wait for the end of the log.</summary>
    public OperationWatchers FollowerWatchers { get; } = new();

    /// <summary>Produce requests and coordinators that wait for the high watermark.</summary>
    public OperationWatchers WatermarkWatchers { get; } = new();

    /// <summary>DeleteRecords that wait until followers have deleted, too.</summary>
    public OperationWatchers LowWatermarkWatchers { get; } = new();

    /// <summary>Called after the high watermark may have moved: coordinators' partitions answer then.</summary>
    public Action<Partition>? WatermarkListener { get; init; }

    /// <summary>Takes or keeps the lead in an epoch.</summary>
    public void BecomeLeader(int leaderEpoch, ReplicaSet replicas)
    {
        lock (_lock)
        {
            if (_leader is { } leader && leader.LeaderEpoch == leaderEpoch)
                leader.OnReplicasChanged(replicas, context.NowMs);
            else
                StartLeading(leaderEpoch, replicas);
            PublishHighWatermark();
        }
        NotifyWatchers();
    }

    /// <summary>Stops leading; requests that wait are answered so that clients look for the new leader. Metadata of the past
    /// leaves the partition without a leader.</summary>
    public void BecomeFollower(int leaderId, int leaderEpoch)
    {
        bool wasLeader;
        lock (_lock)
        {
            wasLeader = IsLeader;
            Follow(MetadataOfThePast.Is(leaderEpoch, Log.LatestEpoch) ? -1 : leaderId, leaderEpoch);
        }
        if (wasLeader)
            NotifyWatchers();
    }

    /// <summary>The topic's min.insync.replicas was changed.</summary>
    public void SetMinInSyncReplicas(int minInSyncReplicas)
    {
        lock (_lock)
        {
            if (_leader is not { } leader || leader.MinInSyncReplicas == minInSyncReplicas)
                return;
            leader.OnMinInSyncReplicasChanged(minInSyncReplicas, context.NowMs);
            PublishHighWatermark();
        }
        NotifyWatchers();
    }

    /// <summary>May a client that believes in <paramref name="currentLeaderEpoch"/> (-1: in none) use this leader?</summary>
    public ErrorCode CheckLeader(int currentLeaderEpoch)
    {
        var error = CheckEpoch(currentLeaderEpoch);
        return error == ErrorCode.None && !IsLeader ? ErrorCode.NotLeaderOrFollower : error;
    }

    /// <summary>May a consumer that knows how to read from followers (KIP-392) read here? Not without a leader, whose high
    /// watermark would be missed.</summary>
    public ErrorCode CheckReadable(int currentLeaderEpoch)
    {
        var error = CheckEpoch(currentLeaderEpoch);
        return error == ErrorCode.None && LeaderId < 0 ? ErrorCode.NotLeaderOrFollower : error;
    }

    /// <summary>The code for a write with acks=all that the high watermark has passed.</summary>
    public ErrorCode CheckCommitted(int leaderEpoch) =>
        Volatile.Read(ref _leader) is { } leader && leader.LeaderEpoch == leaderEpoch
            ? leader.CheckCommitted()
            : ErrorCode.NotLeaderOrFollower;

    /// <summary>Has the watermark reached where this leader began? Before that the end that consumers may see is not
    /// known (KIP-207).</summary>
    public bool IsWatermarkKnown => Volatile.Read(ref _leader) is { } leader && Log.HighWatermark >= leader.StartOffset;

    /// <summary>Appends what a client or coordinator sent. The records are patched in place.</summary>
    public LogAppendInfo AppendAsLeader(
        Memory<byte> records, short acks, AppendOrigin origin, int expectedLeaderEpoch, long nowMs,
        TransactionAppend transaction = default)
    {
        LogAppendInfo appended;
        bool moved;
        lock (_lock)
        {
            var error = CheckLeader(expectedLeaderEpoch);
            if (error == ErrorCode.None)
                error = _leader!.CheckAppend(acks);
            if (error != ErrorCode.None)
                return RefuseForNow(records.Span, error, nowMs);
            appended = AppendToLog(records, origin, nowMs, transaction);
            if (appended.Error != ErrorCode.None || appended.IsDuplicate)
                return appended;
            moved = CountAppend(nowMs);
        }
        if (moved)
            NotifyWatchers();
        else
            FollowerWatchers.Check();
        return appended;
    }

    /// <summary>Proposes to drop followers that lag for too long.</summary>
    public void ShrinkIsr(long nowMs)
    {
        // Most partitions have nobody to drop, and many have nobody at all.
        if (Volatile.Read(ref _leader) is not { Isr.Count: > 1 })
            return;
        IsrChange? change;
        lock (_lock)
            change = _leader?.ProposeShrink(nowMs);
        Submit(change);
    }

    /// <summary>Completes whoever waited for what has changed. Call it without the lock.</summary>
    public void NotifyWatchers()
    {
        WatermarkListener?.Invoke(this);
        WatermarkWatchers.Check();
        FetchWatchers.Check();
        FollowerWatchers.Check();
        LowWatermarkWatchers.Check();
    }

    /// <summary>The first offset that any replica which is there may still hold.</summary>
    public long LowWatermark
    {
        get
        {
            lock (_lock)
                return _leader?.LowWatermark(Log.LogStartOffset) ?? Log.LogStartOffset;
        }
    }

    private ErrorCode CheckEpoch(int current) => current < 0 || current == LeaderEpoch ? ErrorCode.None
        : current < LeaderEpoch ? ErrorCode.FencedLeaderEpoch
        : ErrorCode.UnknownLeaderEpoch;

    private void Submit(IsrChange? change)
    {
        if (change is not null)
            context.IsrChanges.Submit(Id, change, answer => OnIsrAnswer(change, answer));
    }

    private IsrOutcome OnIsrAnswer(IsrChange change, IsrAnswer answer)
    {
        IsrOutcome outcome;
        lock (_lock)
        {
            outcome = _leader?.OnIsrAnswer(change, answer, context.NowMs) ?? IsrOutcome.Obsolete;
            PublishHighWatermark();
        }
        context.Counters.OnIsrChange(change.State, outcome);
        Tell(change, answer);
        NotifyWatchers();
        return outcome;
    }

    // Whether the answer or the metadata came first: the change is made, and only this leader knows why.
    private void Tell(IsrChange change, IsrAnswer answer)
    {
        if (answer.Error != ErrorCode.None || change.Lags.Count == 0)
            return;
        var records = Log.LogEndOffset - Log.LogStartOffset;
        var bytesPerRecord = records > 0 ? (double)Log.SizeInBytes / records : 0;
        context.OnEvent(LagExplainer.Explain(
            Id.TopicPartition.ToString(), change.Lags, answer.Isr, answer.PartitionEpoch, bytesPerRecord, context.NowMs));
    }

    // A broken disk is the answer for this partition; partitions in other directories go on.
    private LogAppendInfo AppendToLog(
        Memory<byte> records, AppendOrigin origin, long nowMs, in TransactionAppend transaction)
    {
        try
        {
            return Log.AppendAsLeader(records, LeaderEpoch, origin, nowMs, transaction);
        }
        catch (KafkaStorageException)
        {
            return Refused(ErrorCode.KafkaStorageError);
        }
    }

    // A moment later this broker may lead, or enough replicas be in sync, with the producer's next batches here already.
    private LogAppendInfo RefuseForNow(ReadOnlySpan<byte> records, ErrorCode error, long nowMs)
    {
        Log.OnRefused(records, error, nowMs);
        return Refused(error);
    }

    private static LogAppendInfo Refused(ErrorCode error) =>
        new() { Error = error, FirstOffset = -1, LastOffset = -1, LogAppendTime = -1, LogStartOffset = -1 };

    private void StartLeading(int leaderEpoch, ReplicaSet replicas)
    {
        if (MetadataOfThePast.Is(leaderEpoch, Log.LatestEpoch))
        {
            Follow(leaderId: -1, leaderEpoch);
            return;
        }
        var leader = new LeaderReplica(context.BrokerId, leaderEpoch, replicas, Log.LogEndOffset, Log.HighWatermark,
            context.Rules, context.NowMs);
        Log.AssignLeaderEpoch(leaderEpoch, Log.LogEndOffset);
        LeaderId = context.BrokerId;
        LeaderEpoch = leaderEpoch;
        Volatile.Write(ref _leader, leader);
    }

    private void Follow(int leaderId, int leaderEpoch)
    {
        Volatile.Write(ref _leader, null);
        LeaderId = leaderId;
        LeaderEpoch = leaderEpoch;
    }

    private void PublishHighWatermark()
    {
        if (_leader is { } leader)
            Log.UpdateHighWatermark(leader.HighWatermark);
    }
}
