using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Coordination;

/// <summary>One call of a shard while it runs: who asks, when, and what has been decided so far.</summary>
internal sealed class CoordinatorCall(CoordinatorRequestContext context, long nowMs)
{
    private readonly List<CoordinatorRecord> _records = [];
    private readonly List<CoordinatorEffect> _effects = [];

    /// <summary>A call that no client waits for.</summary>
    public CoordinatorCall(long nowMs)
        : this(CoordinatorRequestContext.None, nowMs)
    {
    }

    public CoordinatorRequestContext Context { get; } = context;

    public long NowMs { get; } = nowMs;

    public bool HasRecords => _records.Count > 0;

    /// <summary>Whether the records must be one batch.</summary>
    public bool IsAtomic { get; set; } = true;

    /// <summary>As whose transaction the records are written; null for none.</summary>
    public ProducerIdAndEpoch? Producer { get; set; }

    /// <summary>
    /// Undoes the call when its records cannot be appended, and says what to do instead. When it is null, timers
    /// are set all the same and the caller is told of the error.
    /// </summary>
    public Action<ErrorCode, CoordinatorCall>? OnAppendFailed { get; set; }

    public void Append(CoordinatorRecord record) => _records.Add(record);

    public void Respond(IResponse response, bool beforeCommit = false) =>
        Complete(Context.RequestId, response, beforeCommit);

    public void Complete(long requestId, IResponse response, bool beforeCommit = false) =>
        _effects.Add(new CompleteRequest(requestId, response, beforeCommit));

    public void Fail(long requestId, ErrorCode error) => _effects.Add(new FailRequest(requestId, error));

    /// <summary>Asks for something of the coordinator's own, once the records are committed.</summary>
    public void Execute(CommittedEffect effect) => _effects.Add(effect);

    public void SetTimer(CoordinatorTimerKey key, long delayMs) =>
        _effects.Add(new SetTimer(key, NowMs + delayMs));

    public void CancelTimer(CoordinatorTimerKey key) => _effects.Add(new CancelTimer(key));

    /// <summary>Carries out the effects even when the records cannot be appended: they are true either way.</summary>
    public void KeepEffectsWhenAppendFails() =>
        OnAppendFailed = (_, failure) => failure._effects.AddRange(_effects);

    public CoordinatorResult ToResult() => new(_records, _effects, Undo, IsAtomic, Producer);

    private List<CoordinatorEffect> Undo(ErrorCode error)
    {
        var failure = new CoordinatorCall(Context, NowMs);
        if (OnAppendFailed is not null)
        {
            OnAppendFailed(error, failure);
            return failure._effects;
        }

        failure._effects.AddRange(
            _effects.Where(effect => effect is Coordination.SetTimer or Coordination.CancelTimer));
        if (Context.RequestId != CoordinatorRequestContext.NoRequest)
            failure.Fail(Context.RequestId, error);
        return failure._effects;
    }
}
