using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>
/// One node of the KRaft quorum (KIP-595), as a state machine: an input and the time in, an ordered list of outputs
/// out. It does no I/O and has no thread: the driver carries the outputs out, one after the other, and then gives the
/// next input. Not thread-safe.
/// </summary>
public sealed class RaftNode
{
    private readonly RaftContext _raft;
    private bool _started;

    /// <summary>A node that begins with the first <see cref="Step"/>.</summary>
    public RaftNode(RaftNodeOptions options) => _raft = new RaftContext(options);

    /// <summary>What the node is.</summary>
    public RaftRoleKind Role => _raft.Role.Kind;

    /// <summary>Newest epoch, and its leader when that is known and has not resigned.</summary>
    public LeaderAndEpoch Leader => new(_raft.KnownLeaderId, _raft.Epoch);

    /// <summary>Offset below which everything is committed, as far as this node knows; 0 at first.</summary>
    public long HighWatermark => _raft.HighWatermark;

    /// <summary>What the log holds once all outputs so far are carried out.</summary>
    public RaftLogFacts Log => _raft.Log;

    /// <summary>The state that was last given out to be saved, or that the node started from.</summary>
    public QuorumState State => _raft.Quorum;

    /// <summary>The members of the quorum.</summary>
    public VoterSet Voters => _raft.Voters;

    /// <summary>The level of <c>kraft.version</c> that this node's log has, committed or not.</summary>
    public short KRaftVersion => _raft.KRaftVersion;

    /// <summary>When the next <see cref="RaftInput.Tick"/> is due, in ms since 1970.</summary>
    public long NextTickMs => _started ? _raft.Role.NextDeadlineMs : 0;

    /// <summary>Takes one input.</summary>
    /// <param name="input">What happened.</param>
    /// <param name="nowMs">The time, in ms since 1970; it may stand still, and going back only delays timeouts.</param>
    /// <returns>What to do, in this order.</returns>
    /// <exception cref="RaftInvariantException">The protocol was broken; the node must stop.</exception>
    public IReadOnlyList<RaftOutput> Step(RaftInput input, long nowMs)
    {
        _raft.NowMs = nowMs;
        var outputs = _raft.Outputs = [];
        if (!_started)
        {
            _started = true;
            _raft.Start();
        }
        _raft.Requests.DropExpired(nowMs);
        Take(input);
        _raft.ReportLeader();
        return outputs;
    }

    private void Take(RaftInput input)
    {
        switch (input)
        {
            case RaftInput.Tick:
                _raft.Role.OnTick();
                break;
            case RaftInput.Request request:
                OnRequest(request.Token, request.Message);
                break;
            case RaftInput.Response response:
                ResponseHandling.Take(_raft, response);
                break;
            case RaftInput.Refused refused:
                OnRefused(refused);
                break;
            case RaftInput.Append append:
                LeaderAppend.Take(_raft, append.Batches);
                break;
            case RaftInput.LogFlushed flushed:
                _raft.Log.FlushedTo(flushed.Offset);
                _raft.Role.OnLogFlushed();
                break;
            case RaftInput.SnapshotTaken taken:
                _raft.Log.SnapshotTaken(taken.Snapshot, taken.Start);
                break;
            case RaftInput.SnapshotLoaded loaded:
                _raft.Log.SnapshotLoaded(loaded.Voters);
                break;
            case RaftInput.Shutdown:
                _raft.ShuttingDown = true;
                _raft.Role.OnShutdown();
                break;
        }
    }

    private void OnRefused(RaftInput.Refused refused)
    {
        if (_raft.Requests.Complete(refused.From, refused.RequestId) is null)
            return;
        _raft.Requests.Pause(refused.From, _raft.NowMs);
        _raft.Role.OnRefused(refused.From);
    }

    private void OnRequest(long token, IRequest message)
    {
        switch (message)
        {
            case FetchRequest fetch:
                FetchHandler.Handle(_raft, token, fetch);
                break;
            case FetchSnapshotRequest fetch:
                FetchSnapshotHandler.Handle(_raft, token, fetch);
                break;
            case VoteRequest vote:
                _raft.Reply(token, VoteHandler.Handle(_raft, vote));
                break;
            case BeginQuorumEpochRequest begin:
                _raft.Reply(token, BeginQuorumEpochHandler.Handle(_raft, begin));
                break;
            case EndQuorumEpochRequest end:
                _raft.Reply(token, EndQuorumEpochHandler.Handle(_raft, end));
                break;
            case DescribeQuorumRequest describe:
                _raft.Reply(token, DescribeQuorumHandler.Handle(_raft, describe));
                break;
            case AddRaftVoterRequest add:
                AddRaftVoterHandler.Handle(_raft, token, add);
                break;
            case RemoveRaftVoterRequest remove:
                RemoveRaftVoterHandler.Handle(_raft, token, remove);
                break;
            case UpdateRaftVoterRequest update:
                UpdateRaftVoterHandler.Handle(_raft, token, update);
                break;
            case UpdateFeaturesRequest upgrade:
                UpgradeKRaftVersionHandler.Handle(_raft, token, upgrade);
                break;
            default:
                throw new ArgumentException($"{message.ApiKey} is no request of the quorum", nameof(message));
        }
    }
}
