using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>What the driver tells of the quorum. Called on the quorum's thread.</summary>
internal interface IRaftListener
{
    /// <summary>Everything below the offset is committed.</summary>
    void OnHighWatermark(long highWatermark);

    /// <summary>Another leader or epoch; <paramref name="epochStartOffset"/> is set when this node leads.</summary>
    void OnLeaderChanged(LeaderAndEpoch leader, long? epochStartOffset);
}

/// <summary>What a <see cref="RaftDriver"/> is made of.</summary>
internal sealed record RaftDriverOptions
{
    /// <summary>Id of the cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>This replica; an observer when it is not among the voters.</summary>
    public required ReplicaKey Local { get; init; }

    /// <summary>The voters.</summary>
    public required VoterSet Voters { get; init; }

    /// <summary>The log.</summary>
    public required MetadataLog Log { get; init; }

    /// <summary>True when the voters are those that the node was formatted with.</summary>
    public bool AreVotersInitial { get; init; }

    /// <summary>Where this node listens, which its entry among the voters shall say; null to leave that alone.</summary>
    public Voter? Address { get; init; }

    /// <summary>Where the others listen; told of what raft learns. Null when the transport knows by itself.</summary>
    public QuorumAddresses? Addresses { get; init; }

    /// <summary>The state file.</summary>
    public required QuorumStateFile StateFile { get; init; }

    /// <summary>The way to other voters.</summary>
    public required IRaftTransport Transport { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Source of election jitter.</summary>
    public required Random Random { get; init; }

    /// <summary>Timeouts.</summary>
    public RaftSettings Settings { get; init; } = new();

    /// <summary>metadata.max.retention.bytes; below 0 for no limit.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary>metadata.max.retention.ms; below 0 for no limit.</summary>
    public long RetentionMs { get; init; } = -1;
}

/// <summary>
/// The only code that carries out what <see cref="RaftNode"/> decides: writes the log and the state file, sends,
/// answers. Everything runs on the quorum's thread, in the order of the outputs. Flushes are put off to the end of a
/// turn, so that one serves all appends of the turn; nothing is acknowledged before it.
/// </summary>
internal sealed class RaftDriver
{
    private readonly RaftDriverOptions _options;
    private readonly IRaftListener _listener;
    private readonly Func<Action, bool> _post;
    private readonly Dictionary<long, TaskCompletionSource<IResponse>> _requests = [];
    private readonly long _startMs;
    private readonly long _startTimestamp;
    private long _lastToken;
    private bool _flushNeeded;
    private VoterSet? _snapshotVoters;
    private ErrorCode _refusal;

    /// <summary>Opens the log and reads the state; <paramref name="post"/> brings responses to the quorum's
    /// thread.</summary>
    public RaftDriver(RaftDriverOptions options, IRaftListener listener, Func<Action, bool> post)
    {
        _options = options;
        _listener = listener;
        _post = post;
        (_startMs, _startTimestamp) = (options.Time.GetUtcNow().ToUnixTimeMilliseconds(), options.Time.GetTimestamp());
        Node = new RaftNode(new RaftNodeOptions
        {
            ClusterId = options.ClusterId,
            Local = options.Local,
            Voters = options.Voters,
            AreVotersInitial = options.AreVotersInitial,
            BootstrapNodes = options.Addresses?.BootstrapIds ?? [],
            Address = options.Address,
            Log = options.Log.Open(),
            State = options.StateFile.Read(),
            Random = options.Random,
            Settings = options.Settings,
        });
    }

    /// <summary>The state machine, to look at.</summary>
    public RaftNode Node { get; }

    /// <summary>The time, in ms since 1970; a clock that is set while the node runs does not move it, since timeouts
    /// hang on it.</summary>
    public long NowMs => _startMs + (long)_options.Time.GetElapsedTime(_startTimestamp).TotalMilliseconds;

    /// <summary>Gives an input to raft and carries out what follows.</summary>
    public void Step(RaftInput input)
    {
        foreach (var output in Node.Step(input, NowMs))
            CarryOut(output);
        if (_options.Addresses is { } addresses)
            addresses.Voters = Node.Voters;
        if (_snapshotVoters is not { } voters)
            return;
        _snapshotVoters = null;
        Step(new RaftInput.SnapshotLoaded(voters));
    }

    /// <summary>Appends as leader.</summary>
    /// <returns>None, or why nothing was appended.</returns>
    public ErrorCode Append(ReadOnlyMemory<byte> batches)
    {
        _refusal = ErrorCode.None;
        Step(new RaftInput.Append(batches));
        return _refusal;
    }

    /// <summary>Lets time pass and flushes what was appended.</summary>
    public void OnTurn()
    {
        if (Node.NextTickMs <= NowMs)
            Step(RaftInput.Tick.Instance);
        // What follows a flush may append again, a new leader's first record for instance.
        while (_flushNeeded)
        {
            _flushNeeded = false;
            Step(new RaftInput.LogFlushed(_options.Log.Flush()));
        }
    }

    /// <summary>A snapshot of this node is on disk: what came before may go, as far as retention says.</summary>
    public void OnSnapshotTaken(OffsetAndEpoch snapshot)
    {
        var wallClockMs = _options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var start = _options.Log.NextStart(
            Node.Log.Start, _options.RetentionBytes, _options.RetentionMs, wallClockMs);
        // Raft first: it must not answer a fetch from what is being deleted.
        Step(new RaftInput.SnapshotTaken(snapshot, start));
        _options.Log.DeleteBefore(start, wallClockMs);
    }

    /// <summary>Has raft answer a request of another node; the answer may take as long as a fetch may wait.</summary>
    public void Handle(IRequest request, TaskCompletionSource<IResponse> answer)
    {
        _requests.Add(++_lastToken, answer);
        Step(new RaftInput.Request(_lastToken, request));
    }

    /// <summary>Gives up on all requests that wait.</summary>
    public void FailRequests(Exception reason)
    {
        foreach (var answer in _requests.Values)
            answer.TrySetException(reason);
        _requests.Clear();
    }

    private void CarryOut(RaftOutput output)
    {
        switch (output)
        {
            case RaftOutput.SaveQuorumState save:
                _options.StateFile.Write(save.State);
                break;
            case RaftOutput.AppendToLog append:
                _options.Log.Append(append);
                break;
            case RaftOutput.TruncateLog truncate:
                _options.Log.Truncate(truncate.EndOffset);
                break;
            case RaftOutput.Flush:
                _flushNeeded = true;
                break;
            case RaftOutput.Send send:
                Send(send);
                break;
            case RaftOutput.Reply reply:
                Reply(reply.Token, reply.Message);
                break;
            case RaftOutput.ReplyWithRecords reply:
                Reply(reply.Token, reply.Fill(_options.Log.Read(reply.Offset, reply.MaxBytes)));
                break;
            case RaftOutput.ReplyWithSnapshot reply:
                Reply(reply.Token, Fill(reply));
                break;
            case RaftOutput.WriteSnapshot write:
                _options.Log.Snapshots.WritePart(write.Snapshot, write.Position, write.Bytes.Span);
                break;
            case RaftOutput.InstallSnapshot install:
                _options.Log.Install(install.Snapshot);
                _snapshotVoters = _options.Log.Snapshots.ReadVoters(install.Snapshot);
                break;
            case RaftOutput.HighWatermarkAdvanced advanced:
                _options.Log.Commit(advanced.HighWatermark);
                _listener.OnHighWatermark(advanced.HighWatermark);
                break;
            case RaftOutput.LeaderChanged changed:
                _listener.OnLeaderChanged(changed.Leader, changed.EpochStartOffset);
                break;
            case RaftOutput.EndpointLearned learned:
                _options.Addresses?.Learn(learned.NodeId, learned.Host, learned.Port);
                break;
            case RaftOutput.AppendRefused refused:
                _refusal = refused.Error;
                break;
        }
    }

    private FetchSnapshotResponse Fill(RaftOutput.ReplyWithSnapshot reply)
    {
        var piece = reply.Message.Topics[0].Partitions[0];
        if (_options.Log.Snapshots.Read(reply.Snapshot, reply.Position, reply.MaxBytes) is not { } read)
            piece.ErrorCode = ErrorCode.SnapshotNotFound;
        else if (reply.Position >= read.Size)
            piece.ErrorCode = ErrorCode.PositionOutOfRange;
        else
            (piece.UnalignedRecords, piece.Size) = (new RecordsData(read.Bytes), read.Size);
        return reply.Message;
    }

    private void Send(RaftOutput.Send send) => _options.Transport.Send(send.NodeId, send.Message,
        response => _post(() => Step(new RaftInput.Response(send.RequestId, send.NodeId, response))),
        () => _post(() => Step(new RaftInput.Refused(send.RequestId, send.NodeId))));

    private void Reply(long token, IResponse response)
    {
        if (_requests.Remove(token, out var answer))
            answer.TrySetResult(response);
    }
}
