using Microsoft.Extensions.Logging;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>
/// One shard with its log: a partition that this broker leads in one epoch. Everything happens under one lock, in the
/// order: shard decides, log appends, shard applies, effects. Answers are given when the lock is released.
/// </summary>
internal sealed class CoordinatorPartition(
    TopicPartition partition, int leaderEpoch, ICoordinatorShard shard, CoordinatorSettings settings)
{
    private readonly Lock _lock = new();
    private readonly CoordinatorTimers _timers = new();
    private readonly CoordinatorAnswers _answers = new();
    private readonly CoordinatorLogWriter _writer = new(partition, leaderEpoch, settings.Log);
    private CoordinatorPartitionState _state = CoordinatorPartitionState.Loading;
    // Reads see all that was written, so that their answers wait for the last write before them.
    private long _lastWrittenOffset;
    private long _highWatermark = -1;

    /// <summary>Which partition.</summary>
    public TopicPartition Partition { get; } = partition;

    /// <summary>The epoch in which it is led here.</summary>
    public int LeaderEpoch { get; } = leaderEpoch;

    /// <summary>The shard, for its loader alone, until <see cref="Activate"/>.</summary>
    public ICoordinatorShard Shard { get; } = shard;

    /// <summary>False once the partition was resigned, so that its loader may stop.</summary>
    public bool IsWanted
    {
        get
        {
            lock (_lock)
                return _state == CoordinatorPartitionState.Loading;
        }
    }

    /// <summary>The shard has replayed its log, which ended at an offset.</summary>
    public void Activate(long logEndOffset, long nowMs) => Run(final =>
    {
        if (_state != CoordinatorPartitionState.Loading)
            return;
        _state = CoordinatorPartitionState.Active;
        _lastWrittenOffset = logEndOffset;
        Execute(Shard.OnLoaded(nowMs), nowMs, final);
    });

    /// <summary>The partition is led elsewhere, or cannot be loaded. Whoever waits is told so.</summary>
    public void Close() => Run(final =>
    {
        _state = CoordinatorPartitionState.Closed;
        _answers.FailAll(ErrorCode.NotCoordinator, final);
    });

    /// <summary>Handles a request; it is answered now or later, in any case once.</summary>
    public void Handle(IRequest request, CoordinatorRequestContext context, PendingRequest pending, long nowMs)
    {
        var refusal = ErrorCode.None;
        Run(final =>
        {
            refusal = _state switch
            {
                CoordinatorPartitionState.Active => ErrorCode.None,
                CoordinatorPartitionState.Loading => ErrorCode.CoordinatorLoadInProgress,
                _ => ErrorCode.NotCoordinator,
            };
            if (refusal != ErrorCode.None)
                return;
            _answers.Add(context.RequestId, pending);
            if (!TryExecute(() => Shard.Handle(request, context, nowMs), nowMs, final))
                _answers.Fail(context.RequestId, ErrorCode.UnknownServerError, final);
        });
        if (refusal != ErrorCode.None)
            pending.Fail(refusal);
    }

    /// <summary>Topics are gone.</summary>
    public void OnTopicsDeleted(IReadOnlyCollection<string> topics, long nowMs) => Run(final =>
    {
        if (_state == CoordinatorPartitionState.Active)
            TryExecute(() => Shard.OnTopicsDeleted(topics, nowMs), nowMs, final);
    });

    /// <summary>The log is committed up to an offset.</summary>
    public void OnHighWatermark(long highWatermark)
    {
        // Called out of our own append. Whoever appends looks at the watermark next, and answers without the lock.
        if (_lock.IsHeldByCurrentThread)
            return;
        Run(final =>
        {
            _highWatermark = Math.Max(_highWatermark, highWatermark);
            _answers.OnHighWatermark(_highWatermark, final);
        });
    }

    /// <summary>Fires the timers that are due.</summary>
    public void OnTick(long nowMs) => Run(final =>
    {
        if (_state != CoordinatorPartitionState.Active)
            return;
        _answers.OnTick(nowMs, final);
        // What a timer sets while it runs waits for the next tick, so that a tick always ends.
        var due = new List<CoordinatorTimerKey>();
        while (_timers.TryTakeDue(nowMs, out var key))
            due.Add(key);
        foreach (var key in due)
            TryExecute(() => Shard.OnTimer(key, nowMs), nowMs, final);
    });

    private void Run(Action<List<CoordinatorAnswers.Final>> action)
    {
        var final = new List<CoordinatorAnswers.Final>();
        lock (_lock)
            action(final);
        foreach (var answer in final)
            answer.Give();
    }

    // A shard that throws has a bug. One bad request must not take the groups of all others down with it.
    private bool TryExecute(Func<CoordinatorResult> operation, long nowMs, List<CoordinatorAnswers.Final> final)
    {
        try
        {
            Execute(operation(), nowMs, final);
            return true;
        }
        catch (Exception error)
        {
            settings.Logger.OperationFailed(error, Partition);
            return false;
        }
    }

    private void Execute(CoordinatorResult result, long nowMs, List<CoordinatorAnswers.Final> final)
    {
        var effects = result.Effects;
        if (result.Records.Count > 0)
        {
            var error = _writer.Append(result, Shard, nowMs, ref _lastWrittenOffset);
            _highWatermark = Math.Max(_highWatermark, settings.Log.HighWatermark(Partition));
            if (error != ErrorCode.None)
            {
                settings.Logger.AppendFailed(Partition, LeaderEpoch, error);
                effects = result.AppendFailed(CoordinatorErrors.ForAppendError(error));
            }
        }
        else if (_highWatermark < _lastWrittenOffset)
        {
            _highWatermark = Math.Max(_highWatermark, settings.Log.HighWatermark(Partition));
        }

        foreach (var effect in effects)
            Execute(effect, nowMs, final);
        _answers.OnHighWatermark(_highWatermark, final);
    }

    private void Execute(CoordinatorEffect effect, long nowMs, List<CoordinatorAnswers.Final> final)
    {
        switch (effect)
        {
            case CompleteRequest complete:
                var deadlineMs = nowMs + settings.CommitTimeoutMs;
                _answers.Complete(complete, _lastWrittenOffset, _highWatermark, deadlineMs, final);
                break;
            case FailRequest fail:
                _answers.Fail(fail.RequestId, fail.Error, final);
                break;
            case SetTimer timer:
                _timers.Set(timer.Key, timer.DeadlineMs);
                break;
            case CancelTimer timer:
                _timers.Cancel(timer.Key);
                break;
        }
    }
}
