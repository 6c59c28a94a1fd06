using Platform.Cluster.Diagnosis;
using Platform.Cluster.Quotas;
using Platform.Cluster.Replication;
using Platform.Protocol;

namespace Platform.Broker.Replication;

/// <summary>What all partitions of a broker share.</summary>
/// <param name="BrokerId">This broker.</param>
/// <param name="Rules">Who may be in sync.</param>
/// <param name="IsrChanges">The way to the controller for changes of in-sync replicas.</param>
/// <param name="Counters">Running totals.</param>
/// <param name="Time">The clock.</param>
internal sealed record PartitionContext(
    int BrokerId, ReplicationRules Rules, IIsrChannel IsrChanges, ReplicaCounters Counters, TimeProvider Time)
{
    /// <summary>What this broker may send of replicas that are throttled where they are led (KIP-73).</summary>
    public RateQuota LeaderQuota { get; } = new(double.MaxValue);

    /// <summary>What this broker may fetch of replicas that are throttled where they follow.</summary>
    public RateQuota FollowerQuota { get; } = new(double.MaxValue);

    /// <summary>Told what only a leader knows of its followers.</summary>
    public Action<ClusterEvent> OnEvent { get; init; } = static _ => { };

    /// <summary>The time, in ms since 1970.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Carries changes of in-sync replicas to the controller.</summary>
internal interface IIsrChannel
{
    /// <summary>Sends a change, at once or with others. Not to be called under a lock.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="change">The change; the sender has no other one on its way.</param>
    /// <param name="onAnswer">Takes the answer and says whether to ask again. Called once for every attempt.</param>
    void Submit(TopicIdPartition partition, IsrChange change, Func<IsrAnswer, IsrOutcome> onAnswer);
}

/// <summary>Running totals of replication on this broker, behind Kafka's ReplicaManager metrics.</summary>
internal sealed class ReplicaCounters
{
    private long _isrShrinks;
    private long _isrExpands;
    private long _failedIsrUpdates;
    private long _bytesIn;
    private long _bytesOut;

    /// <summary>Changes that took followers out of the in-sync replicas.</summary>
    public long IsrShrinks => Interlocked.Read(ref _isrShrinks);

    /// <summary>Changes that took a follower in.</summary>
    public long IsrExpands => Interlocked.Read(ref _isrExpands);

    /// <summary>Changes that the controller refused or did not answer.</summary>
    public long FailedIsrUpdates => Interlocked.Read(ref _failedIsrUpdates);

    /// <summary>Bytes of records that leaders sent here.</summary>
    public long BytesIn => Interlocked.Read(ref _bytesIn);

    /// <summary>Bytes of records sent to followers.</summary>
    public long BytesOut => Interlocked.Read(ref _bytesOut);

    /// <summary>The controller answered a change.</summary>
    public void OnIsrChange(IsrState proposed, IsrOutcome outcome)
    {
        if (outcome == IsrOutcome.Committed)
            Interlocked.Increment(ref proposed is PendingShrink ? ref _isrShrinks : ref _isrExpands);
        else if (outcome != IsrOutcome.Obsolete)
            Interlocked.Increment(ref _failedIsrUpdates);
    }

    /// <summary>Records arrived.</summary>
    public void Received(int bytes) => Interlocked.Add(ref _bytesIn, bytes);

    /// <summary>Records were sent.</summary>
    public void Sent(int bytes) => Interlocked.Add(ref _bytesOut, bytes);
}
