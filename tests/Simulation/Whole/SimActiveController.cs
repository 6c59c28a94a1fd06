using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Simulation.Raft;

namespace Platform.Simulation.Whole;

/// <summary>The real operations of the controller over the newest image, while a node leads: records go into raft, answers
/// wait until their records are committed and applied here.</summary>
internal sealed class SimActiveController(SimCluster cluster, SimRaftNode raft, MetadataImage committed)
{
    private const int UpkeepEveryMs = 100;
    private readonly BrokerHeartbeatTracker _heartbeats = new(SimCluster.SessionTimeoutMs);
    private readonly Queue<(long Offset, Action Answer)> _parked = new();
    private MetadataImage _latest = committed;
    private long _upkeepAtMs;
    private bool _isActivated;

    /// <summary>Decides on a request; the answer comes when what it saw is committed, or never.</summary>
    public void Handle(IRequest request, Action<IResponse> answer) =>
        Run(context => ControllerOperations.Handle(context, request), answer);

    /// <summary>Answers what is applied by now, and fences who is silent.</summary>
    public void OnTurn(long appliedOffset)
    {
        while (_parked.TryPeek(out var first) && first.Offset <= appliedOffset)
            _parked.Dequeue().Answer();
        if (!_isActivated)
            Activate();
        if (cluster.NowMs < _upkeepAtMs)
            return;
        _upkeepAtMs = cluster.NowMs + UpkeepEveryMs;
        Run(FenceBroker.Expired, static _ => { });
        Run(context => ElectLeaders.Rebalance(context, limit: 10), static _ => { });
    }

    private void Activate()
    {
        _isActivated = true;
        _heartbeats.Activate(_latest.Cluster, cluster.NowMs);
        if (!_latest.Features.Levels.Any())
            Run(_ => new ControllerResult<bool>(BootstrapMetadata.Records(), true), static _ => { });
    }

    private void Run<T>(Func<ControllerContext, ControllerResult<T>> decide, Action<T> answer)
    {
        var result = decide(Context());
        if (!TryAppend(result.Records))
            return;
        if (cluster.Bug == ProtocolBug.ControllerAnswersTooEarly)
            answer(result.Response);
        else
            _parked.Enqueue((_latest.Offset, () => answer(result.Response)));
    }

    private bool TryAppend(IReadOnlyList<IMetadataRecord> records)
    {
        if (records.Count == 0)
            return true;
        var delta = new MetadataDelta(_latest);
        delta.Replay(records);
        using var batch = new RecordBatchBuilder();
        foreach (var record in records)
            batch.Append(cluster.NowMs, null, MetadataRecordSerde.Write(record));
        raft.Step(new RaftInput.Append(batch.Build()));
        // Stepping may end this node's life or its office.
        if (raft is not { IsLeader: true, Raft: { } node })
            return false;
        _latest = delta.Apply(node.Log.EndOffset - 1, node.Leader.Epoch);
        return true;
    }

    private ControllerContext Context() => new()
    {
        Image = _latest,
        Config = cluster.Config,
        ClusterId = SimCluster.ClusterId,
        NextOffset = raft.Raft!.Log.EndOffset,
        NowMs = cluster.NowMs,
        Heartbeats = _heartbeats,
        Placer = new StripedReplicaPlacer(new Random(1)),
        NewTopicId = () => new Uuid(1, 1),
    };
}
