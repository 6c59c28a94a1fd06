using Microsoft.Extensions.Logging;
using Platform.Broker.Lifecycle;
using Platform.Cluster.Diagnosis;
using Platform.Cluster.Quotas;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <summary>
/// Moves partitions from one log directory of this broker to another while they are read and written (KIP-113): 1. a copy, the
/// future log, follows the current one; 2. when it has caught up the controller is told where the replica will be (KIP-858); 3. once
/// the metadata says so, the copy takes the place of the current log. A crash at any point leaves something to go on with.
/// </summary>
internal sealed class ReplicaAlterLogDirsManager : IAsyncDisposable
{
    /// <summary>Bytes of one step of a copy.</summary>
    internal const int CopyBytes = 1024 * 1024;

    /// <summary>So much is copied between flushes, so that none takes long.</summary>
    internal const int FlushBytes = 64 * 1024 * 1024;

    private const long PollMs = 100;
    private const long RetryMs = 1000;

    private readonly LogManager _logs;
    private readonly AssignmentsManager _assignments;
    private readonly TimeProvider _time;
    private readonly Action<ClusterEvent> _tell;
    private readonly ILogger _logger;
    private readonly Lock _requests = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<TopicPartition, LogDirMove> _moves = [];
    private readonly SemaphoreSlim _changed = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly RateQuota _quota = new(double.MaxValue);
    private Task[] _workers = [];

    /// <summary>Nothing moves yet.</summary>
    public ReplicaAlterLogDirsManager(
        LogManager logs, AssignmentsManager assignments, Action<ClusterEvent> tell, TimeProvider time, ILogger logger) =>
        (_logs, _assignments, _tell, _time, _logger) = (logs, assignments, tell, time, logger);

    /// <summary>Partitions that move.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _moves.Count;
        }
    }

    /// <summary>Records that all copies together lack.</summary>
    public long Lag
    {
        get
        {
            lock (_lock)
                return _moves.Values.Sum(static move => move.Partition.FutureLag);
        }
    }

    /// <summary>Begins to work.</summary>
    /// <param name="threads"><c>num.replica.alter.log.dirs.threads</c>: partitions that are copied at the same time.</param>
    public void Start(int threads) =>
        _workers = [.. Enumerable.Range(0, Math.Max(1, threads)).Select(_ => Task.Run(RunAsync))];

    /// <summary>Changes <c>replica.alter.log.dirs.io.max.bytes.per.second</c>.</summary>
    public void SetThrottle(double bytesPerSecond) => _quota.SetRate(bytesPerSecond, NowMs);

    /// <summary>Begins to move a partition, or gives up moving it when it shall be where it is.</summary>
    /// <param name="partition">A partition that is hosted here.</param>
    /// <param name="target">Where it shall be.</param>
    /// <returns>KafkaStorageError when a log directory is offline, or there is no room.</returns>
    public ErrorCode Begin(Partition partition, LogDirectory target)
    {
        lock (_requests)
            return TryBegin(partition, target);
    }

    private ErrorCode TryBegin(Partition partition, LogDirectory target)
    {
        if (partition.Log.LogDirectory.Failure is not null)
            return ErrorCode.KafkaStorageError;
        if (partition.FutureLog is { } future && future.LogDirectory != target)
            GiveUp(partition, "another directory was asked for");
        if (partition.FutureLog is not null || partition.Log.LogDirectory == target)
            return ErrorCode.None;
        // Kafka's rule: what lies in a directory that is offline might hold a copy, too.
        if (_logs.Directories.Any(static directory => directory.Failure is not null))
            return ErrorCode.KafkaStorageError;
        // The rest of the log is elsewhere, and its state with it.
        if (partition.Log.Config.RemoteStorageEnable)
            return ErrorCode.InvalidRequest;
        try
        {
            partition.SetFuture(_logs.CreateFuture(partition.Id.TopicPartition, target, NowMs));
        }
        catch (Exception error) when (error is KafkaStorageException or DiskFullException)
        {
            _logger.MoveFailed(partition.Id.TopicPartition, partition.Log.LogDirectory.Path, target.Path, error.Message);
            return ErrorCode.KafkaStorageError;
        }
        Add(partition);
        return ErrorCode.None;
    }

    /// <summary>Goes on with a copy that was found at the start; one of another incarnation of the topic is deleted.</summary>
    public void Resume(Partition partition)
    {
        lock (_requests)
            TryResume(partition);
    }

    private void TryResume(Partition partition)
    {
        if (_logs.GetFuture(partition.Id.TopicPartition) is not { } future || partition.FutureLog == future)
            return;
        if (future.TopicId != partition.Id.TopicId || future.LogDirectory == partition.Log.LogDirectory)
        {
            _logs.DeleteFuture(partition.Id.TopicPartition, NowMs);
            return;
        }
        partition.SetFuture(future);
        Add(partition);
    }

    /// <summary>Gives up a move. The copy is deleted, unless its directory is offline.</summary>
    public void Cancel(Partition partition, string reason)
    {
        lock (_requests)
            GiveUp(partition, reason);
    }

    private void GiveUp(Partition partition, string reason)
    {
        if (partition.FutureLog is not { } future)
            return;
        lock (_lock)
            _moves.Remove(partition.Id.TopicPartition);
        partition.SetFuture(null);
        _logs.DeleteFuture(partition.Id.TopicPartition, NowMs);
        _logger.MoveCancelled(partition.Id.TopicPartition, future.LogDirectory.Path, reason);
        // It may have been told already that the replica will be there.
        if (partition.AssignedDirectory == future.LogDirectory.Id)
            _assignments.OnAssignment(partition.Id, partition.Log.LogDirectory.Id);
        else
            _assignments.Forget(partition.Id);
    }

    /// <summary>The partition is gone, or its current log is offline; the copy stays where it is.</summary>
    public void Remove(Partition partition)
    {
        lock (_lock)
            _moves.Remove(partition.Id.TopicPartition);
        partition.SetFuture(null);
    }

    /// <summary>The metadata has changed for a partition that moves.</summary>
    public void Wake() => _changed.Release();

    /// <summary>Ends the work; copies stay as they are.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var worker in _workers)
            await worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Add(Partition partition)
    {
        lock (_lock)
            _moves[partition.Id.TopicPartition] = new LogDirMove(partition, NowMs);
        _logger.MoveBegan(partition.Id.TopicPartition, partition.Log.LogDirectory.Path,
            partition.FutureLog!.LogDirectory.Path, partition.FutureLag);
        _changed.Release();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (Take(out var waitMs) is { } move)
                Work(move);
            else
                await WaitAsync(waitMs);
            await Task.Yield();
        }
    }

    // In the order of their names, one to its end before the next: half a copy is of no use.
    private LogDirMove? Take(out long waitMs)
    {
        waitMs = Timeout.Infinite;
        var nowMs = NowMs;
        var throttledMs = _quota.DelayMs(nowMs);
        lock (_lock)
        {
            foreach (var move in _moves.Values.Where(static move => !move.IsTaken))
            {
                var delayMs = Math.Max(throttledMs, move.NotBeforeMs - nowMs);
                if (delayMs <= 0)
                {
                    move.IsTaken = true;
                    return move;
                }
                waitMs = waitMs == Timeout.Infinite ? delayMs : Math.Min(waitMs, delayMs);
            }
        }
        return null;
    }

    private async Task WaitAsync(long waitMs)
    {
        var wait = waitMs == Timeout.Infinite ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Min(waitMs, RetryMs));
        using var timer = _time.CreateTimer(_ => _changed.Release(), null, wait, Timeout.InfiniteTimeSpan);
        await _changed.WaitAsync(_stopping.Token);
    }

    private void Work(LogDirMove move)
    {
        try
        {
            Step(move);
        }
        catch (Exception error) when (error is KafkaStorageException or ObjectDisposedException)
        {
            // Whose directory failed, the event of the directory tells; a closed log is one that is deleted.
            move.NotBeforeMs = NowMs + RetryMs;
        }
        catch (Exception error)
        {
            Trouble(move, error.Message);
        }
        finally
        {
            lock (_lock)
                move.IsTaken = false;
        }
    }

    private void Step(LogDirMove move)
    {
        var partition = move.Partition;
        var step = partition.CopyToFuture((int)Math.Clamp(_quota.PerSecond, 1, CopyBytes));
        if (step.Bytes > 0)
            _quota.Record(step.Bytes, NowMs);
        move.Bytes += step.Bytes;
        if ((move.UnflushedBytes += step.Bytes) >= FlushBytes || step.Lag == 0)
            Flush(move);
        if (step.Error != ErrorCode.None)
            Trouble(move, step.Error.Describe());
        else if (partition.FutureLog is { } future && step.Lag == 0 && !IsAssigned(move, future))
            move.NotBeforeMs = NowMs + PollMs;
        else if (partition.FutureLog is { } copy && IsAssigned(move, copy))
            Finish(move, copy);
    }

    private static void Flush(LogDirMove move)
    {
        if (move.UnflushedBytes == 0)
            return;
        move.UnflushedBytes = 0;
        move.Partition.FutureLog?.Flush();
    }

    // The controller must know before the swap: of a directory that fails it takes the replicas that it knows to be there.
    private bool IsAssigned(LogDirMove move, UnifiedLog future)
    {
        if (move.Partition.AssignedDirectory == future.LogDirectory.Id)
            return true;
        if (move.AskedMs > NowMs - RetryMs)
            return false;
        move.AskedMs = NowMs;
        _assignments.OnAssignment(move.Partition.Id, future.LogDirectory.Id);
        return false;
    }

    private void Finish(LogDirMove move, UnifiedLog future)
    {
        var (partition, from) = (move.Partition, move.Partition.Log.LogDirectory.Path);
        var id = partition.Id.TopicPartition;
        if (!partition.ReplaceWithFuture(CopyBytes, () => _logs.ReplaceCurrentWithFuture(id, NowMs)))
            return;
        lock (_lock)
            _moves.Remove(id);
        _logs.CheckpointMove();
        var seconds = (NowMs - move.StartedMs) / 1000.0;
        _logger.MoveEnded(id, from, future.LogDirectory.Path, move.Bytes, seconds);
        _tell(new ClusterEvent(NowMs, ClusterEventKind.LogDirectoryMove, id.ToString(),
            $"{id} was moved from {from} to {future.LogDirectory.Path}: {move.Bytes} bytes in {seconds:0.0} s",
            $"{ClusterEventKind.LogDirectoryMove}:{id}@{NowMs}") { IsFirstHand = true });
    }

    private void Trouble(LogDirMove move, string reason)
    {
        move.NotBeforeMs = NowMs + RetryMs;
        if (move.IsTroubleTold)
            return;
        move.IsTroubleTold = true;
        _logger.MoveFailed(move.Partition.Id.TopicPartition, move.Partition.Log.LogDirectory.Path,
            move.Partition.FutureLog?.LogDirectory.Path ?? "", reason);
    }
}
