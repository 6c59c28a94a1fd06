using System.Runtime.CompilerServices;
using Platform.Broker.Metadata;
using Platform.Client;
using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Quotas;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>
/// Raft and controller of a node on one thread. A voter takes part in the quorum and, when it leads, runs operations of
/// the controller; an observer only follows. What is committed goes to the <see cref="MetadataLoader"/>, and an
/// operation is answered once the loader has applied it here.
/// </summary>
internal sealed class ControllerLoop : IQuorumWork, IRaftListener, IDisposable
{
    /// <summary>Most operations that wait for this node to become active.</summary>
    internal const int MaxWaiting = 1_000;

    private const int MaxSleepMs = 200;

    private readonly ControllerLoopOptions _options;
    private readonly QuorumLoop _loop;
    private readonly RaftDriver _raft;
    private readonly MetadataLoader _loader;
    private readonly ImageWaiters _imageWaiters = new();
    private readonly BrokerHeartbeatTracker _heartbeats;
    private readonly ControllerUpkeep _upkeep;
    private readonly List<ControllerOperation> _waiting = [];
    private volatile StrongBox<LeaderAndEpoch> _leader = new(default);
    private ActiveController? _active;
    private long? _epochStartOffset;
    private short _kraftVersion;
    private volatile Exception? _replayFailure;

    /// <summary>Opens the log; <see cref="Start"/> begins.</summary>
    public ControllerLoop(ControllerLoopOptions options)
    {
        _options = options;
        _loop = new QuorumLoop("quorum", this);
        _raft = new RaftDriver(options.Raft, this, work => _loop.TryPost(work));
        var snapshots = new SnapshotGenerator(options.Raft.Log.Snapshots, Policy(options.Config),
            options.Background, options.Raft.Time, options.Logger);
        snapshots.Taken += snapshot => _loop.TryPost(() => _raft.OnSnapshotTaken(snapshot));
        _loader = new MetadataLoader(options.Raft.Log, snapshots, options.Logger);
        _loader.Applied += _imageWaiters.OnApplied;
        _loader.Applied += _ => _loop.TryPost(static () => { });
        _loader.Failed += error => _replayFailure = error;
        _heartbeats = new BrokerHeartbeatTracker(options.Config[BrokerConfigs.BrokerSessionTimeoutMs]);
        MutationQuotas = new MutationQuotas(options.Config[BrokerConfigs.ControllerQuotaWindowNum]
            * options.Config[BrokerConfigs.ControllerQuotaWindowSizeSeconds]);
        _upkeep = new ControllerUpkeep(_heartbeats, options.Config, options.Logger);
    }

    /// <summary>The newest image that all publishers of this node have taken. From any thread.</summary>
    public MetadataImage Image => _loader.Image;

    /// <summary>Leader of the quorum, which is the active controller, as far as this node knows. From any
    /// thread.</summary>
    public LeaderAndEpoch Leader => _leader.Value;

    /// <summary>The level of <c>kraft.version</c> (KIP-853). From any thread.</summary>
    public short KRaftVersion => Volatile.Read(ref _kraftVersion);

    /// <summary>Called on the quorum's thread with every change of <see cref="Leader"/>.</summary>
    public event Action<LeaderAndEpoch>? LeaderChanged;

    /// <summary>True while this node is the active controller. From any thread.</summary>
    public bool IsActive => Volatile.Read(ref _active) is not null;

    /// <summary>What clients have created and deleted. Only on the quorum's thread.</summary>
    internal MutationQuotas MutationQuotas { get; }

    /// <summary>True while this node leads the quorum, also before it is active. From any thread.</summary>
    public bool IsLeader => Leader.LeaderId == _options.Raft.Local.Id;

    /// <summary>Completes when this node has applied the metadata up to an offset. From any thread.</summary>
    public Task WhenAppliedAsync(long offset) => _imageWaiters.WhenAppliedAsync(offset);

    /// <summary>Adds somebody who follows the metadata on this node, after those before. Only before
    /// <see cref="Start"/>.</summary>
    public void AddPublisher(IMetadataPublisher publisher) => _loader.AddPublisher(publisher);

    /// <summary>Starts raft and loader. A lone voter leads from its first turn on.</summary>
    public void Start()
    {
        _loader.Start();
        _loop.Start();
    }

    /// <summary>Runs an operation on the active controller, when that is this node.</summary>
    /// <returns>The answer, once its records are committed and applied here.</returns>
    /// <exception cref="KafkaException">In the task: NOT_CONTROLLER when another node is active, or became it
    /// meanwhile, in which case the outcome is open; REQUEST_TIMED_OUT when too much is waiting.</exception>
    public Task<T> SubmitAsync<T>(Func<ControllerContext, ControllerResult<T>> decide)
    {
        var operation = new ControllerOperation<T>(decide);
        if (!_loop.TryPost(() => Run(operation), () => operation.Fail(NotController())))
            operation.Fail(Stopping());
        return operation.Task;
    }

    /// <summary>Answers Vote, BeginQuorumEpoch, EndQuorumEpoch, DescribeQuorum, FetchSnapshot, and Fetch of the
    /// metadata log.</summary>
    /// <exception cref="KafkaException">The node is stopping, or its queue is full.</exception>
    public ValueTask<IResponse> HandleRequest(IRequest request)
    {
        var answer = new TaskCompletionSource<IResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_loop.TryPost(() => _raft.Handle(request, answer), () => answer.SetException(Stopping())))
            answer.SetException(Stopping());
        return new ValueTask<IResponse>(answer.Task);
    }

    /// <summary>Resigns if it leads, naming successors, and ends both threads.</summary>
    public void Dispose()
    {
        _loop.TryPost(() => _raft.Step(RaftInput.Shutdown.Instance));
        _loop.Dispose();
        _loader.Dispose();
    }

    int IQuorumWork.SleepMs => (int)Math.Clamp(_raft.Node.NextTickMs - _raft.NowMs, 0, MaxSleepMs);

    void IQuorumWork.OnTurn()
    {
        if (_replayFailure is { } failure)
            throw new InvalidOperationException("The metadata log cannot be replayed; see the log.", failure);
        _raft.OnTurn();
        ActivateWhenCaughtUp();
        _active?.OnApplied(Image.Offset);
        if (_active is { } active)
            _upkeep.Run(active, _raft.NowMs);
        // What the operations above appended is flushed in this turn, too.
        _raft.OnTurn();
        Volatile.Write(ref _kraftVersion, _raft.Node.KRaftVersion);
    }

    void IQuorumWork.OnStopped(Exception? error)
    {
        Deactivate();
        _raft.FailRequests(Stopping());
        if (error is null)
            return;
        _options.Logger.QuorumFailed(error);
        _options.OnFatal(error);
    }

    void IRaftListener.OnHighWatermark(long highWatermark) => _loader.OnHighWatermark(highWatermark);

    void IRaftListener.OnLeaderChanged(LeaderAndEpoch leader, long? epochStartOffset)
    {
        var leaderId = leader.LeaderId?.ToString() ?? "unknown";
        _options.Logger.QuorumChanged(_raft.Node.Role.ToString(), leader.Epoch, leaderId);
        Deactivate();
        _epochStartOffset = epochStartOffset;
        _leader = new StrongBox<LeaderAndEpoch>(leader);
        LeaderChanged?.Invoke(leader);
    }

    private static SnapshotPolicy Policy(BrokerConfig config) => new(
        config[BrokerConfigs.MetadataLogMaxRecordBytesBetweenSnapshots],
        config[BrokerConfigs.MetadataLogMaxSnapshotIntervalMs]);

    private void Run(ControllerOperation operation)
    {
        if (_active is { } active)
            active.Run(operation);
        else if (_epochStartOffset is not null && _waiting.Count < MaxWaiting)
            _waiting.Add(operation);
        else
            operation.Fail(NotController());
    }

    // A new leader may decide once its first record is committed and everything up to it is in its image.
    private void ActivateWhenCaughtUp()
    {
        if (_active is not null || _epochStartOffset is not { } start || Image.Offset < start)
            return;
        _active = new ActiveController(_options, _raft, _heartbeats, Image);
        _heartbeats.Activate(Image.Cluster, _raft.NowMs);
        _upkeep.Activate(_raft.NowMs);
        _options.Logger.ControllerActive(_raft.Node.Leader.Epoch, start);
        if (!Image.Features.Levels.Any())
            _active.Run(new ControllerOperation<bool>(_ => new(BootstrapMetadata.Records(
                _options.Config[BrokerConfigs.MinInSyncReplicas]), true)));
        _waiting.ForEach(_active.Run);
        _waiting.Clear();
    }

    private void Deactivate()
    {
        if (_active is { } active)
        {
            _options.Logger.ControllerInactive(active.ParkedCount);
            active.Resign(NotController());
        }
        _active = null;
        _epochStartOffset = null;
        _waiting.ForEach(operation => operation.Fail(NotController()));
        _waiting.Clear();
    }

    private static KafkaException NotController() => new(ErrorCode.NotController);

    private static KafkaException Stopping() => new(ErrorCode.RequestTimedOut, "The node is stopping, or too busy.");
}
