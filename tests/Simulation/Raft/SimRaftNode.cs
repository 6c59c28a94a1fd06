using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Simulation.Raft;

/// <summary>
/// A node of the quorum: the real <see cref="RaftNode"/> over a simulated disk and network. It carries out outputs as
/// the real driver does; a crash may come between any two of them.
/// </summary>
public sealed class SimRaftNode : ISimEndpoint
{
    private const int FlushMaxMs = 8;

    private readonly SimRaftCluster _cluster;
    private readonly ulong _seed;
    private SimDisk _disk;
    private int _disks = 1;
    private VoterSet? _loaded;
    private readonly Random _random;
    private readonly SortedDictionary<long, (int From, long Id)> _requests = [];
    private RaftNode? _raft;
    private int _incarnation;
    private long _lastToken;
    private long _tickAtMs = long.MaxValue;

    /// <summary>A node that is still down.</summary>
    public SimRaftNode(SimRaftCluster cluster, int id, ulong seed)
    {
        (_cluster, _seed) = (cluster, seed);
        Id = id;
        _random = SimRandom.Stream(seed, $"node {id}");
        _disk = new SimDisk(SimRandom.Stream(seed, $"disk {id}"));
    }

    /// <summary>Node id.</summary>
    public int Id { get; }

    /// <summary>The node, or null while it is down.</summary>
    public RaftNode? Raft => _raft;

    /// <summary>Its disk, which outlives crashes.</summary>
    public SimDisk Disk => _disk;

    /// <summary>Counts starts.</summary>
    public int Incarnation => _incarnation;

    /// <summary>Probability that the node crashes between two outputs.</summary>
    public double CrashBetweenOutputs { get; set; }

    /// <summary>Counts snapshots that this node got from a leader.</summary>
    public int SnapshotsInstalled { get; private set; }

    /// <summary>A mistake that this node makes on purpose, to see that it is noticed.</summary>
    public Whole.ProtocolBug Bug { get; set; }

    /// <summary>Told of every output after it was carried out.</summary>
    public Action<RaftOutput>? OnOutput { get; set; }

    /// <summary>Told when the node starts, and when it dies.</summary>
    public Action? OnLifeChanged { get; set; }

    /// <summary>True while the node runs as leader.</summary>
    public bool IsLeader => _raft?.Role == RaftRoleKind.Leader;

    /// <summary>Node and directory; directories have no ids where voters are fixed.</summary>
    public ReplicaKey Key => KeyOf(Id, _cluster.IsReconfigurable || _cluster.StartsFixed ? _disks : 0);

    private bool IsFirstVoter => _disks == 1 && _cluster.Voters.Contains(Id);

    /// <summary>The key of a node with its nth disk; 0 for one without an id.</summary>
    public static ReplicaKey KeyOf(int id, int disk) => disk == 0 ? ReplicaKey.Of(id) : new(id, new Uuid(id, disk));

    /// <summary>The node comes back with an empty disk, which is another directory.</summary>
    public void ReplaceDisk()
    {
        Crash();
        _disk = new SimDisk(SimRandom.Stream(_seed, $"disk {Id} {++_disks}"));
        _cluster.Invariants.Forget(this);
        Start();
    }

    /// <summary>Starts from what the disk holds.</summary>
    public void Start()
    {
        _incarnation++;
        _raft = new RaftNode(new RaftNodeOptions
        {
            ClusterId = "sim",
            Local = Key,
            Voters = IsFirstVoter || _cluster.StartsFixed || !_cluster.IsReconfigurable ? _cluster.Voters : VoterSet.Empty,
            AreVotersInitial = _cluster.IsReconfigurable && IsFirstVoter && !_cluster.StartsFixed,
            BootstrapNodes = _cluster.IsReconfigurable ? [.. _cluster.Nodes.Select(node => node.Id)] : [],
            Settings = new RaftSettings { JoinsByItself = _cluster.JoinsByItself },
            Address = _cluster.JoinsByItself || _cluster.StartsFixed ? new Voter(Key, "sim", Id) : null,
            Log = _disk.Facts(),
            State = _disk.State,
            Random = _random,
        });
        OnLifeChanged?.Invoke();
        Step(RaftInput.Tick.Instance);
    }

    /// <summary>Stops without warning; what was not flushed may be lost.</summary>
    public void Crash()
    {
        _raft = null;
        _incarnation++;
        if (_cluster.RefusesWhenDown)
            BreakOff();
        _requests.Clear();
        _loaded = null;
        _tickAtMs = long.MaxValue;
        _disk.Crash(losesState: Bug == Whole.ProtocolBug.VoteIsNotFlushed);
        OnLifeChanged?.Invoke();
    }

    /// <inheritdoc/>
    public void OnFrame(int from, ReadOnlyMemory<byte> frame)
    {
        var (id, request, response) = SimFrame.Decode(frame);
        if (response is not null)
        {
            Step(new RaftInput.Response(id, from, response));
            return;
        }
        if (_raft is null && _cluster.RefusesWhenDown)
        {
            Later(from, new RaftInput.Response(id, Id, null));
            return;
        }
        _requests[++_lastToken] = (from, id);
        if (Bug == Whole.ProtocolBug.VotesTwice && request is VoteRequest && _raft is { Role: not RaftRoleKind.Leader })
            ForgetVote();
        Step(new RaftInput.Request(_lastToken, request!));
    }

    /// <summary>Gives an input to the node and carries out what follows; nothing happens while it is down.</summary>
    public void Step(RaftInput input)
    {
        if (_raft is not { } raft)
            return;
        var outputs = raft.Step(input, _cluster.Scheduler.NowMs);
        foreach (var output in outputs)
        {
            if (_random.Chance(CrashBetweenOutputs))
            {
                Crash();
                return;
            }
            CarryOut(output);
            OnOutput?.Invoke(output);
        }
        _cluster.Trace(this, input, outputs);
        _cluster.Invariants.AfterStep(this);
        ScheduleTick(raft);
        if (_loaded is { } voters)
        {
            _loaded = null;
            Step(new RaftInput.SnapshotLoaded(voters));
        }
    }

    private void CarryOut(RaftOutput output)
    {
        switch (output)
        {
            case RaftOutput.SaveQuorumState save:
                _cluster.Invariants.OnSave(this, save.State);
                _disk.Save(save.State);
                break;
            case RaftOutput.AppendToLog append:
                Assert.Equal(append.BaseOffset, _disk.EndOffset);
                _disk.Append(append.Batches);
                Assert.Equal(append.NextOffset, _disk.EndOffset);
                break;
            case RaftOutput.TruncateLog truncate:
                _cluster.Invariants.OnTruncated(this, _disk.Truncate(truncate.EndOffset));
                break;
            case RaftOutput.Flush flush:
                StartFlush(flush.UpTo);
                break;
            case RaftOutput.Send send:
                if (_cluster.RefusesWhenDown && _cluster.Nodes.Any(node => node.Id == send.NodeId && node.Raft is null))
                    Refuse(send);
                else
                    _cluster.Network.Send(Id, send.NodeId, SimFrame.Encode(send.RequestId, send.Message));
                break;
            case RaftOutput.Reply { Token: < 0 } reply:
                _cluster.VoterChanges += reply.Message is AddRaftVoterResponse { ErrorCode: ErrorCode.None }
                    or RemoveRaftVoterResponse { ErrorCode: ErrorCode.None } ? 1 : 0;
                break;
            case RaftOutput.Reply reply:
                Reply(reply.Token, reply.Message);
                break;
            case RaftOutput.ReplyWithRecords reply:
                Reply(reply.Token, reply.Fill(_disk.Read(reply.Offset, reply.MaxBytes)));
                break;
            case RaftOutput.ReplyWithSnapshot reply:
                Reply(reply.Token, Fill(reply));
                break;
            case RaftOutput.WriteSnapshot write:
                _disk.WriteSnapshot(write.Position, write.Bytes);
                break;
            case RaftOutput.InstallSnapshot install:
                _disk.InstallSnapshot(install.Snapshot);
                _loaded = _disk.VoterSets().Select(found => found.Voters).LastOrDefault();
                SnapshotsInstalled++;
                break;
            case RaftOutput.HighWatermarkAdvanced advanced:
                _cluster.Invariants.OnHighWatermark(this, advanced.HighWatermark);
                break;
        }
    }

    // The machine closes the connections of a process that has ended, and refuses new ones.
    private void BreakOff()
    {
        foreach (var (from, id) in _requests.Values)
            Later(from, new RaftInput.Response(id, Id, null));
    }

    private void Refuse(RaftOutput.Send send) => Later(Id, new RaftInput.Refused(send.RequestId, send.NodeId));

    private void Later(int nodeId, RaftInput input)
    {
        var node = _cluster.Nodes.First(node => node.Id == nodeId);
        var incarnation = node.Incarnation;
        _cluster.Scheduler.After(1, () =>
        {
            if (incarnation == node.Incarnation)
                node.Step(input);
        });
    }

    /// <summary>Takes a snapshot of what this node knows as committed.</summary>
    public void TakeSnapshot()
    {
        if (_raft is { } raft && _disk.TakeSnapshot(raft.HighWatermark) is { } taken)
            Step(new RaftInput.SnapshotTaken(taken.Snapshot, taken.Start));
    }

    // Pieces are small here, so that faults come between them.
    private FetchSnapshotResponse Fill(RaftOutput.ReplyWithSnapshot reply)
    {
        const int pieceBytes = 1_000;
        var piece = reply.Message.Topics[0].Partitions[0];
        if (_disk.ReadSnapshot(reply.Snapshot, reply.Position, Math.Min(reply.MaxBytes, pieceBytes)) is { } read)
            (piece.UnalignedRecords, piece.Size) = (new RecordsData(read.Bytes), read.Size);
        else
            piece.ErrorCode = ErrorCode.SnapshotNotFound;
        return reply.Message;
    }

    private void Reply(long token, IResponse response)
    {
        if (_requests.Remove(token, out var request))
            _cluster.Network.Send(Id, request.From, SimFrame.Encode(request.Id, response));
    }

    private void ForgetVote()
    {
        // Nothing but the vote is forgotten.
        _disk.FlushTo(_disk.EndOffset);
        _disk.Save(_disk.State with { Voted = null });
        _raft = new RaftNode(new RaftNodeOptions
        {
            ClusterId = "sim",
            Local = ReplicaKey.Of(Id),
            Voters = _cluster.Voters,
            Log = _disk.Facts(),
            State = _disk.State,
            Random = _random,
        });
        _incarnation++;
        _tickAtMs = long.MaxValue;
        Step(RaftInput.Tick.Instance);
    }

    private void StartFlush(long upTo)
    {
        if (Bug == Whole.ProtocolBug.FlushIsNotWaitedFor)
            _cluster.Scheduler.After(0, () => Step(new RaftInput.LogFlushed(Math.Min(upTo, _disk.EndOffset))));
        var (incarnation, generation) = (_incarnation, _disk.Generation);
        _cluster.Scheduler.After(_random.Next(FlushMaxMs * _cluster.DiskSlowness), () =>
        {
            if (incarnation != _incarnation || generation != _disk.Generation)
                return;
            _disk.FlushTo(upTo);
            Step(new RaftInput.LogFlushed(upTo));
        });
    }

    // One tick is scheduled ahead at a time; an earlier deadline brings another one.
    private void ScheduleTick(RaftNode raft)
    {
        if (_raft is null || raft.NextTickMs >= _tickAtMs)
            return;
        var (atMs, incarnation) = (raft.NextTickMs, _incarnation);
        _tickAtMs = atMs;
        _cluster.Scheduler.At(atMs, () =>
        {
            if (incarnation != _incarnation || atMs != _tickAtMs)
                return;
            _tickAtMs = long.MaxValue;
            Step(RaftInput.Tick.Instance);
        });
    }
}
