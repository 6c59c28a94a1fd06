using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Simulation.Raft;

namespace Platform.Simulation.Whole;

/// <summary>A whole node: the real raft, the real controller while it leads, the metadata that it has committed, and a broker
/// with the real rules of replication, over one simulated disk, network and clock.</summary>
internal sealed class SimNode
{
    private const int MaxBatchBytes = 1 << 20;
    private readonly SimCluster _cluster;
    private int _replayed;

    public SimNode(SimCluster cluster, SimRaftNode raft)
    {
        (_cluster, Raft) = (cluster, raft);
        Broker = new SimBroker(cluster, this);
        raft.OnOutput = OnOutput;
        raft.OnLifeChanged = OnLifeChanged;
    }

    public int Id => Raft.Id;
    public SimRaftNode Raft { get; }
    public SimBroker Broker { get; }

    /// <summary>The controller, while this node is the active one.</summary>
    public SimActiveController? Active { get; private set; }

    /// <summary>Committed metadata, as this node knows it.</summary>
    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    public bool IsUp => Raft.Raft is not null;

    /// <summary>Whom this node takes for the active controller.</summary>
    public int? ControllerId => Raft.Raft?.Leader.LeaderId;

    /// <summary>Now and then: what the active controller does by itself, and what the broker does.</summary>
    public void OnTurn()
    {
        if (!IsUp)
            return;
        // A new leader decides once it has applied everything that was there when it was elected.
        if (!Raft.IsLeader)
            Active = null;
        else if (Active is null && Raft.Raft!.HighWatermark == Raft.Raft.Log.EndOffset && Image.Offset >= 0)
            Active = new SimActiveController(_cluster, Raft, Image);
        Active?.OnTurn(Image.Offset);
        Broker.OnTurn();
    }

    private void OnLifeChanged()
    {
        (Active, Image, _replayed) = (null, MetadataImage.Empty, 0);
        if (IsUp)
            Broker.Start();
        else
            Broker.Die();
    }

    private void OnOutput(RaftOutput output)
    {
        switch (output)
        {
            case RaftOutput.LeaderChanged:
                Active = null;
                break;
            case RaftOutput.HighWatermarkAdvanced advanced:
                Replay(advanced.HighWatermark);
                break;
            case RaftOutput.AppendToLog when _cluster.Bug == ProtocolBug.MetadataIsReadUncommitted:
                Replay(Raft.Disk.EndOffset);
                break;
            case RaftOutput.TruncateLog or RaftOutput.InstallSnapshot:
                _replayed = Math.Min(_replayed, Raft.Disk.Batches.Count);
                break;
        }
    }

    private void Replay(long upTo)
    {
        var batches = Raft.Disk.Batches;
        var delta = new MetadataDelta(Image);
        var (offset, epoch) = (Image.Offset, Image.Epoch);
        for (; _replayed < batches.Count && batches[_replayed].Header.NextOffset <= upTo; _replayed++)
        {
            var batch = RecordBatch.Parse(batches[_replayed].Bytes);
            (offset, epoch) = (batch.Header.LastOffset, batch.Header.PartitionLeaderEpoch);
            if (batch.Header.IsControl)
                continue;
            using var records = batch.Records(MaxBatchBytes);
            foreach (var record in records)
                delta.Replay(MetadataRecordSerde.Read(record.Value ?? default));
        }
        Image = delta.Apply(offset, epoch);
        _cluster.Invariants.OnMetadata(this);
    }
}
