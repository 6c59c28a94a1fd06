using Platform.Cluster.Metadata;
using Platform.Cluster.Replication;
using Platform.Protocol;

namespace Platform.Simulation.Replication;

/// <summary>A record: the epoch of the leader that wrote it, and a number that is unique in the run.</summary>
internal readonly record struct SimRecord(int Epoch, int Value);

/// <summary>A broker with its replica of the partition: the real <see cref="LeaderReplica"/> and
/// <see cref="FollowerReplica"/> over a log in memory, which survives the death of the process.</summary>
internal sealed class SimReplica
{
    public const long MaxLagMs = 400;
    private readonly List<(int Epoch, long Start)> _epochs = [];
    private readonly ReplicationRules _rules;
    private MetadataImage _image = MetadataImage.Empty;

    public SimReplica(int id)
    {
        Id = id;
        _rules = new ReplicationRules(MaxLagMs, StandingOf);
    }

    public int Id { get; }
    public List<SimRecord> Log { get; } = [];
    /// <summary>What this replica held when the partition was last moved away from it.</summary>
    public IReadOnlyList<SimRecord> GivenUp { get; private set; } = [];

    public long HighWatermark { get; private set; }
    public LeaderReplica? Leader { get; private set; }
    public FollowerReplica? Follower { get; private set; }
    public bool IsUp { get; set; }
    public bool IsCutOff { get; set; }
    public long BrokerEpoch { get; set; } = -1;
    public Uuid Incarnation { get; set; }
    public long MetadataOffset => _image.Offset;

    /// <summary>A mistake that this replica makes on purpose, to see that it is noticed.</summary>
    public Whole.ProtocolBug Bug { get; set; }

    /// <summary>Counts lives, so that messages to an earlier one are lost.</summary>
    public int Life { get; private set; }

    public void Die()
    {
        (IsUp, Leader, Follower, _image) = (false, null, null, MetadataImage.Empty);
        Life++;
    }

    public void Learn(MetadataImage image, int minIsr, long nowMs)
    {
        _image = image;
        if (image.Topics.Find(SimPartition.Name) is not { } partition)
            return;
        var set = new ReplicaSet(partition.Replicas, partition.Isr,
            Bug == Whole.ProtocolBug.MinIsrIsIgnored ? 1 : minIsr, partition.PartitionEpoch);
        if (!partition.Replicas.Contains(Id))
            Drop();
        else if (partition.Leader == Id)
            Lead(partition.LeaderEpoch, set, nowMs);
        else
            Follow(partition.Leader, partition.LeaderEpoch);
        Commit();
    }

    public void Append(int value, long nowMs)
    {
        Write(new SimRecord(Leader!.LeaderEpoch, value));
        Leader.OnLocalAppend(Log.Count, nowMs);
        Commit();
    }

    /// <summary>Takes over the watermark of the leader's state.</summary>
    public void Commit() => HighWatermark = Leader is null ? HighWatermark
        : Bug == Whole.ProtocolBug.WatermarkIgnoresIsr ? Log.Count
        : Leader.HighWatermark;

    public void CopyFrom(IReadOnlyList<SimRecord> records, long leadersWatermark)
    {
        foreach (var record in records)
            Write(record);
        HighWatermark = Math.Max(
            HighWatermark, FollowerReplica.HighWatermark(leadersWatermark, Log.Count));
    }

    /// <summary>What a follower does whose log is not its leader's.</summary>
    public static Action<SimReplica> BackTo(FetchDivergence found, long leadersEnd) =>
        found.Error == ErrorCode.OffsetOutOfRange
            ? to => to.TruncateTo(FollowerReplica.OnOutOfRange(leaderStart: 0, leadersEnd, to.Log.Count).Offset)
            : to => to.TruncateTo(FollowerReplica.TruncationPoint(found.Epoch, found.EndOffset, to.Log.Count, to.EndOf));

    public void TruncateTo(long offset)
    {
        if (Bug == Whole.ProtocolBug.DivergingTailIsKept)
            return;
        if (offset < Log.Count)
            Log.RemoveRange((int)offset, Log.Count - (int)offset);
        _epochs.RemoveAll(entry => entry.Start >= offset);
        HighWatermark = Math.Min(HighWatermark, Log.Count);
    }

    public FollowedLog Facts() => new(0, Log.Count, HighWatermark, _epochs.Count == 0 ? -1 : _epochs[^1].Epoch);

    public (int Epoch, long EndOffset) EndOf(int epoch)
    {
        if (epoch < 0 || _epochs.Count == 0 || epoch > _epochs[^1].Epoch)
            return (-1, -1);
        if (epoch < _epochs[0].Epoch)
            return (epoch, _epochs[0].Start);
        var index = _epochs.FindLastIndex(entry => entry.Epoch <= epoch);
        return (_epochs[index].Epoch, index + 1 < _epochs.Count ? _epochs[index + 1].Start : Log.Count);
    }

    // The partition moved away.
    private void Drop()
    {
        if (Log.Count > 0)
            GivenUp = [.. Log];
        (Leader, Follower, HighWatermark) = (null, null, 0);
        Log.Clear();
        _epochs.Clear();
    }

    private void Lead(int epoch, ReplicaSet set, long nowMs)
    {
        Follower = null;
        if (Leader?.LeaderEpoch == epoch)
        {
            Leader.OnReplicasChanged(set, nowMs);
            return;
        }
        Leader = null;
        if (MetadataOfThePast.Is(epoch, Facts().LatestEpoch))
            return;
        Leader = new LeaderReplica(Id, epoch, set, Log.Count, HighWatermark, _rules, nowMs);
        Assign(epoch, Log.Count);
    }

    private void Follow(int leader, int epoch)
    {
        Leader = null;
        if (leader < 0 || MetadataOfThePast.Is(epoch, Facts().LatestEpoch))
            Follower = null;
        else if (Follower is null || Follower.LeaderEpoch != epoch)
            Follower = new FollowerReplica(leader, epoch);
    }

    private void Write(SimRecord record)
    {
        Assign(record.Epoch, Log.Count);
        Log.Add(record);
    }

    private void Assign(int epoch, long start)
    {
        if (_epochs.Count > 0 && _epochs[^1].Epoch == epoch)
            return;
        _epochs.RemoveAll(entry => entry.Epoch >= epoch || entry.Start >= start);
        _epochs.Add((epoch, start));
    }

    private BrokerStanding StandingOf(int broker) =>
        _image.Cluster.Broker(broker) is { } known ? new(known.IsActive, known.Epoch) : new(false, -1);
}
