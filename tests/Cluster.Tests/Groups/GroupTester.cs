using Platform.Cluster.Coordination;
using Platform.Cluster.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Groups;

/// <summary>Does for a shard what the runtime does: appends, applies, sets timers, answers. Time is manual.</summary>
internal sealed class GroupTester
{
    private readonly Dictionary<CoordinatorTimerKey, long> _timers = [];
    private readonly Dictionary<long, object> _answers = [];
    private long _nextRequestId;
    private long _nextUuid;

    public GroupTester(
        GroupCoordinatorOptions? options = null, IEnumerable<CoordinatorRecord>? log = null, long nowMs = 1_000_000)
    {
        NowMs = nowMs;
        Shard = new GroupCoordinatorShard(options ?? new GroupCoordinatorOptions(), () => new Uuid(0, ++_nextUuid));
        foreach (var record in log ?? [])
        {
            Log.Add(record);
            Shard.Apply(record);
        }
        Run(Shard.OnLoaded(NowMs));
    }

    public GroupCoordinatorShard Shard { get; }

    public long NowMs { get; private set; }

    /// <summary>All records appended so far.</summary>
    public List<CoordinatorRecord> Log { get; } = [];

    /// <summary>What the log says to the next append.</summary>
    public ErrorCode AppendError { get; set; }

    /// <summary>The timers that are set, with their deadlines.</summary>
    public IReadOnlyDictionary<CoordinatorTimerKey, long> Timers => _timers;

    /// <summary>Sends a request and returns its token.</summary>
    public long Send(IRequest request, short version, string clientId = "client")
    {
        var requestId = ++_nextRequestId;
        var context = new CoordinatorRequestContext(version, clientId, "/127.0.0.1", requestId);
        Run(Shard.Handle(request, context, NowMs));
        return requestId;
    }

    /// <summary>Sends a request that must be answered at once.</summary>
    public TResponse Call<TResponse>(IRequest<TResponse> request, short version, string clientId = "client")
        where TResponse : class, IResponse, new() =>
        Answer<TResponse>(Send(request, version, clientId));

    public bool IsWaiting(long requestId) => !_answers.ContainsKey(requestId);

    public TResponse Answer<TResponse>(long requestId)
        where TResponse : class, IResponse
    {
        Assert.True(_answers.ContainsKey(requestId), $"request {requestId} still waits");
        return Assert.IsType<TResponse>(_answers[requestId]);
    }

    /// <summary>The error with which the runtime was told to fail a request.</summary>
    public ErrorCode Failure(long requestId) => Assert.IsType<ErrorCode>(_answers[requestId]);

    /// <summary>Moves the time on, firing timers in the order of their deadlines.</summary>
    public void Advance(long milliseconds)
    {
        var end = NowMs + milliseconds;
        while (_timers.Count > 0)
        {
            var next = _timers.OrderBy(timer => timer.Value).ThenBy(timer => timer.Key.ToString()).First();
            if (next.Value > end)
                break;
            NowMs = Math.Max(NowMs, next.Value);
            _timers.Remove(next.Key);
            Run(Shard.OnTimer(next.Key, NowMs));
        }
        NowMs = end;
    }

    public void DeleteTopics(params string[] topics) => Run(Shard.OnTopicsDeleted(topics, NowMs));

    /// <summary>A new coordinator that reads the log of this one.</summary>
    public GroupTester Failover() => new(null, Log, NowMs) { _nextUuid = _nextUuid };

    private void Run(CoordinatorResult result)
    {
        var effects = result.Effects;
        if (result.Records.Count > 0 && AppendError != ErrorCode.None)
        {
            effects = result.AppendFailed(AppendError);
        }
        else
        {
            Log.AddRange(result.Records);
            foreach (var record in result.Records)
                Apply(record, result.Producer);
        }
        foreach (var effect in effects)
            Run(effect);
    }

    private void Apply(CoordinatorRecord record, ProducerIdAndEpoch? producer)
    {
        if (producer is { } transactional)
            Shard.ApplyTransactional(record, transactional);
        else
            Shard.Apply(record);
    }

    private void Run(CoordinatorEffect effect)
    {
        switch (effect)
        {
            case CompleteRequest complete: AddAnswer(complete.RequestId, complete.Response); break;
            case FailRequest fail: AddAnswer(fail.RequestId, fail.Error); break;
            case SetTimer set: _timers[set.Key] = set.DeadlineMs; break;
            case CancelTimer cancel: _timers.Remove(cancel.Key); break;
        }
    }

    private void AddAnswer(long requestId, object answer) =>
        Assert.True(_answers.TryAdd(requestId, answer), $"request {requestId} was answered twice");
}
