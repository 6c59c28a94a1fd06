using Platform.Cluster.FetchSessions;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <summary>
/// A partition that this broker hosts: its log, its role and who waits for it. Appends and changes of role take the
/// partition's lock; operations that wait are completed after it is released.
/// </summary>
internal sealed class Partition(TopicIdPartition id, int brokerId, UnifiedLog log)
{
    private readonly Lock _lock = new();
    private LeaderReplica? _leader;

    /// <summary>Which partition, of which incarnation of the topic.</summary>
    public TopicIdPartition Id { get; } = id;

    /// <summary>The partition's log.</summary>
    public UnifiedLog Log { get; } = log;

    /// <summary>Broker that leads, or -1.</summary>
    public int LeaderId { get; private set; } = -1;

    /// <summary>Epoch of the leader.</summary>
    public int LeaderEpoch { get; private set; } = -1;

    /// <summary>True when this broker leads.</summary>
    public bool IsLeader => Volatile.Read(ref _leader) is not null;

    /// <summary>Brokers in sync; empty when this broker does not lead.</summary>
    public IReadOnlyList<int> Isr => Volatile.Read(ref _leader)?.Isr ?? [];

    /// <summary>True when fewer replicas are in sync than there are.</summary>
    public bool IsUnderReplicated { get; private set; }

    /// <summary>Fetches that wait for data.</summary>
    public OperationWatchers FetchWatchers { get; } = new();

    /// <summary>Produce requests and coordinators that wait for the high watermark.</summary>
    public OperationWatchers WatermarkWatchers { get; } = new();

    /// <summary>Takes or keeps the lead in an epoch.</summary>
    public void BecomeLeader(int leaderEpoch, ReplicaSet replicas)
    {
        lock (_lock)
        {
            var moved = _leader is { } leader && leader.LeaderEpoch == leaderEpoch
                ? leader.OnReplicasChanged(replicas)
                : StartLeading(leaderEpoch, replicas);
            IsUnderReplicated = replicas.Isr.Count < replicas.Replicas.Count;
            if (moved)
                Log.UpdateHighWatermark(_leader!.HighWatermark);
        }
        NotifyWatchers();
    }

    /// <summary>Stops leading; requests that wait are answered so that clients look for the new leader.</summary>
    public void BecomeFollower(int leaderId, int leaderEpoch)
    {
        lock (_lock)
        {
            Volatile.Write(ref _leader, null);
            LeaderId = leaderId;
            LeaderEpoch = leaderEpoch;
            IsUnderReplicated = false;
        }
        NotifyWatchers();
    }

    /// <summary>May a client that believes in <paramref name="currentLeaderEpoch"/> (-1: in none) use this leader?</summary>
    public ErrorCode CheckLeader(int currentLeaderEpoch)
    {
        if (currentLeaderEpoch >= 0 && currentLeaderEpoch != LeaderEpoch)
            return currentLeaderEpoch < LeaderEpoch ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch;
        return IsLeader ? ErrorCode.None : ErrorCode.NotLeaderOrFollower;
    }

    /// <summary>Appends what a client or coordinator sent. The records are patched in place.</summary>
    public LogAppendInfo AppendAsLeader(
        Memory<byte> records, short acks, AppendOrigin origin, int expectedLeaderEpoch, long nowMs,
        TransactionAppend transaction = default)
    {
        LogAppendInfo appended;
        lock (_lock)
        {
            var error = CheckLeader(expectedLeaderEpoch);
            if (error == ErrorCode.None)
                error = _leader!.CheckAppend(acks);
            if (error != ErrorCode.None)
                return Refused(error);
            appended = AppendToLog(records, origin, nowMs, transaction);
            if (appended.Error != ErrorCode.None || appended.IsDuplicate)
                return appended;
            if (_leader!.OnLocalAppend(Log.LogEndOffset))
                Log.UpdateHighWatermark(_leader.HighWatermark);
        }
        NotifyWatchers();
        return appended;
    }

    /// <summary>Reads for one partition of a fetch. Errors are in the result.</summary>
    public FetchResponse.PartitionData Read(FetchTarget target, FetchIsolation isolation, int maxBytes, bool minOneMessage)
    {
        try
        {
            return ReadLog(target, isolation, maxBytes, minOneMessage);
        }
        catch (KafkaStorageException)
        {
            return FetchErrors.Of(target.Partition, ErrorCode.KafkaStorageError);
        }
    }

    private FetchResponse.PartitionData ReadLog(FetchTarget target, FetchIsolation isolation, int maxBytes, bool minOneMessage)
    {
        var data = new FetchResponse.PartitionData
        {
            PartitionIndex = target.Partition,
            ErrorCode = CheckLeader(target.CurrentLeaderEpoch),
            HighWatermark = Log.HighWatermark,
            LogStartOffset = Log.LogStartOffset,
            Records = RecordsData.Empty,
            AbortedTransactions = null,
        };
        if (data.ErrorCode != ErrorCode.None)
            return FetchErrors.Clear(data);
        if (FindDivergence(target, data))
            return data;
        var read = Log.Read(target.FetchOffset, Math.Min(maxBytes, target.MaxBytes), isolation, minOneMessage);
        if (read.Error != ErrorCode.None)
            return FetchErrors.Clear(data, read.Error);
        data.LastStableOffset = read.LastStableOffset;
        data.Records = read.Records;
        data.AbortedTransactions = read.AbortedTransactions is { } aborted ? InResponse(aborted) : null;
        return data;
    }

    private static List<FetchResponse.AbortedTransaction> InResponse(IReadOnlyList<AbortedTransaction> aborted)
    {
        var list = new List<FetchResponse.AbortedTransaction>(aborted.Count);
        foreach (var transaction in aborted)
            list.Add(new() { ProducerId = transaction.ProducerId, FirstOffset = transaction.FirstOffset });
        return list;
    }

    /// <summary>Called after the high watermark may have moved: coordinators' partitions answer then.</summary>
    public Action<Partition>? WatermarkListener { get; init; }

    /// <summary>Completes whoever waited for what has changed. Call it without the lock.</summary>
    public void NotifyWatchers()
    {
        WatermarkListener?.Invoke(this);
        WatermarkWatchers.Check();
        FetchWatchers.Check();
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

    private static LogAppendInfo Refused(ErrorCode error) =>
        new() { Error = error, FirstOffset = -1, LastOffset = -1, LogAppendTime = -1, LogStartOffset = -1 };

    private bool StartLeading(int leaderEpoch, ReplicaSet replicas)
    {
        var watermark = Log.HighWatermark;
        var leader = new LeaderReplica(brokerId, leaderEpoch, replicas, Log.LogEndOffset, watermark);
        Log.AssignLeaderEpoch(leaderEpoch, Log.LogEndOffset);
        LeaderId = brokerId;
        LeaderEpoch = leaderEpoch;
        Volatile.Write(ref _leader, leader);
        return leader.HighWatermark > watermark;
    }

    // KIP-320/595: a reader whose last epoch ended earlier here than it believes must truncate, not read on.
    private bool FindDivergence(FetchTarget target, FetchResponse.PartitionData data)
    {
        if (target.LastFetchedEpoch < 0)
            return false;
        var (epoch, endOffset) = Log.EndOffsetForEpoch(target.LastFetchedEpoch);
        if (epoch == target.LastFetchedEpoch && endOffset >= target.FetchOffset)
            return false;
        data.DivergingEpoch = new FetchResponse.EpochEndOffset { Epoch = epoch, EndOffset = endOffset };
        return true;
    }
}

/// <summary>The shape of a partition's answer when there is nothing to read.</summary>
internal static class FetchErrors
{
    public static FetchResponse.PartitionData Of(int partition, ErrorCode error) =>
        Clear(new FetchResponse.PartitionData { PartitionIndex = partition }, error);

    public static FetchResponse.PartitionData Clear(FetchResponse.PartitionData data, ErrorCode? error = null)
    {
        data.ErrorCode = error ?? data.ErrorCode;
        data.HighWatermark = -1;
        data.LastStableOffset = -1;
        data.LogStartOffset = -1;
        data.Records = RecordsData.Empty;
        data.AbortedTransactions = null;
        return data;
    }
}
