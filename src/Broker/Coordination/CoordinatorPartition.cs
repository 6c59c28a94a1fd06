using Microsoft.Extensions.Logging;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

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
    private readonly Queue<(long Offset, CommittedEffect Effect)> _uncommitted = new();
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
        _uncommitted.Clear();
        _answers.FailAll(ErrorCode.NotCoordinator, final);
    });

    /// <summary>Handles a request; it is answered now or later, in any case once.</summary>
    public void Handle(
        IRequest request, CoordinatorRequestContext context, PendingRequest pending, long nowMs,
        TransactionAppend transaction = default)
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
            if (!TryExecute(() => Shard.Handle(request, context, nowMs), nowMs, final, transaction))
                _answers.Fail(context.RequestId, ErrorCode.UnknownServerError, final);
        });
        if (refusal != ErrorCode.None)
            pending.Fail(refusal);
    }

    /// <summary>Runs an operation that is no request.</summary>
    /// <returns>None; or why its records were not appended.</returns>
    public ErrorCode Invoke(Func<ICoordinatorShard, CoordinatorResult> operation, long nowMs)
    {
        var error = ErrorCode.NotCoordinator;
        Run(final =>
        {
            if (_state == CoordinatorPartitionState.Active)
                error = Execute(operation(Shard), nowMs, final);
        });
        return error;
    }

    /// <summary>Appends the marker of a transaction that has records here, and lets the shard know.</summary>
    /// <returns>None with the offset behind the marker; or why it was not appended.</returns>
    public (ErrorCode Error, long EndOffset) EndTransaction(
        ProducerIdAndEpoch producer, bool isCommitted, byte[] marker, TransactionAppend transaction)
    {
        var (error, endOffset) = (ErrorCode.NotLeaderOrFollower, -1L);
        Run(final =>
        {
            if (_state != CoordinatorPartitionState.Active)
                return;
            error = settings.Log.Append(Partition, LeaderEpoch, marker, out endOffset, transaction);
            if (error != ErrorCode.None)
                return;
            _lastWrittenOffset = endOffset;
            Shard.ApplyEndTransaction(producer, isCommitted);
            _highWatermark = Math.Max(_highWatermark, settings.Log.HighWatermark(Partition));
            OnCommitted(final);
        });
        return (error, endOffset);
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
            OnCommitted(final);
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
    private bool TryExecute(
        Func<CoordinatorResult> operation, long nowMs, List<CoordinatorAnswers.Final> final,
        in TransactionAppend transaction = default)
    {
        try
        {
            Execute(operation(), nowMs, final, transaction);
            return true;
        }
        catch (Exception error)
        {
            settings.Logger.OperationFailed(error, Partition);
            return false;
        }
    }

    private ErrorCode Execute(
        CoordinatorResult result, long nowMs, List<CoordinatorAnswers.Final> final,
        in TransactionAppend transaction = default)
    {
        var effects = result.Effects;
        var error = ErrorCode.None;
        if (result.Records.Count > 0)
        {
            error = _writer.Append(result, Shard, nowMs, transaction, ref _lastWrittenOffset);
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
        OnCommitted(final);
        return error;
    }

    // What is committed is carried out before anybody hears of it: a transaction whose markers can be written at once
    // is over when its producer is answered.
    private void OnCommitted(List<CoordinatorAnswers.Final> final)
    {
        for (var at = 0; _uncommitted.TryPeek(out var next) && next.Offset <= _highWatermark; at++)
        {
            var effect = _uncommitted.Dequeue().Effect;
            final.Insert(at, new CoordinatorAnswers.Final(null, null, ErrorCode.None,
                () => settings.OnCommitted(Partition.Partition, LeaderEpoch, effect)));
        }
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
            case CommittedEffect committed:
                _uncommitted.Enqueue((_lastWrittenOffset, committed));
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
