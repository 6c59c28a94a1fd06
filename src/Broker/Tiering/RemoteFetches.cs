using Platform.Broker.Replication;
using Platform.Cluster.FetchSessions;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>
/// Fills the partitions of a consumer's fetch that lie in remote storage. A fetch waits for a limited time; a read that
/// takes longer goes on, and the next fetch for the same records finds its result. What runs and waits is bounded.
/// </summary>
internal sealed class RemoteFetches(RemoteLogContext context, RemoteLogReader reader, Func<int> maxWaitMs) : IDisposable
{
    private static readonly long UnclaimedMs = 30_000;

    private readonly record struct Key(Uuid TopicId, int Partition, RemoteRead Read);

    private sealed record Running(Task<RemoteReadResult> Task, long StartedMs);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Running> _running = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>True when some of what was read lies in remote storage.</summary>
    public static bool IsNeeded(List<FetchedPartition> fetched)
    {
        foreach (var (_, data) in fetched)
            if (data.ErrorCode == ErrorCode.OffsetMovedToTieredStorage)
                return true;
        return false;
    }

    /// <summary>Replaces the answers of partitions that lie in remote storage.</summary>
    /// <param name="replicas">The partitions.</param>
    /// <param name="fetched">What was read locally; changed in place.</param>
    /// <param name="request">What holds for the whole fetch.</param>
    public async Task<List<FetchedPartition>> CompleteAsync(
        ReplicaManager replicas, List<FetchedPartition> fetched, FetchParams request)
    {
        try
        {
            var reads = StartAll(replicas, fetched, request);
            await WaitAsync(reads);
            foreach (var (index, partition, key, task) in reads)
            {
                var result = task.IsCompleted ? await ClaimAsync(key, task) : RemoteReadResult.Nothing;
                fetched[index] = fetched[index] with { Data = Answer(partition, fetched[index].Target, result, request) };
            }
            return fetched;
        }
        catch
        {
            DelayedFetch.Release(fetched);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Cancel();

    private List<(int Index, Partition Partition, Key Key, Task<RemoteReadResult> Task)> StartAll(
        ReplicaManager replicas, List<FetchedPartition> fetched, in FetchParams request)
    {
        var reads = new List<(int, Partition, Key, Task<RemoteReadResult>)>();
        long left = request.MaxBytes;
        var isFirst = true;
        foreach (var (_, data) in fetched)
            left -= data.Records.SizeInBytes;
        isFirst = left == request.MaxBytes;
        for (var i = 0; i < fetched.Count; i++)
        {
            var (target, data) = fetched[i];
            if (data.ErrorCode != ErrorCode.OffsetMovedToTieredStorage || replicas.Find(target) is not { } partition)
                continue;
            var bytes = (int)Math.Clamp(left, 0, target.MaxBytes);
            var read = new RemoteRead(
                target.FetchOffset, bytes, isFirst, request.Isolation == FetchIsolation.TxnCommitted);
            var key = new Key(partition.Id.TopicId, partition.Id.Partition, read);
            reads.Add((i, partition, key, bytes > 0 || isFirst
                ? Start(partition, key) : Task.FromResult(RemoteReadResult.Nothing)));
            (left, isFirst) = (left - bytes, false);
        }
        return reads;
    }

    private Task<RemoteReadResult> Start(Partition partition, Key key)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(key, out var running))
                return running.Task;
            DropUnclaimed();
            var limit = context.Settings.MaxPendingReads + context.Settings.Readers;
            // Asked again, as a throttled one: an error would make consumers believe that something is wrong.
            if (_running.Count >= limit || context.FetchQuota.IsExceeded(context.NowMs) || _stop.IsCancellationRequested)
                return Task.FromResult(RemoteReadResult.Nothing);
            var task = Task.Run(() => ReadAsync(partition, key.Read));
            _running[key] = new Running(task, context.NowMs);
            return task;
        }
    }

    private async Task<RemoteReadResult> ReadAsync(Partition partition, RemoteRead read)
    {
        context.CountWaitingReads(1);
        try
        {
            await context.ReadSlots.WaitAsync(_stop.Token);
        }
        finally
        {
            context.CountWaitingReads(-1);
        }
        try
        {
            var result = await reader.ReadAsync(partition, read, _stop.Token);
            context.FetchQuota.Record(result.Records.Length, context.NowMs);
            return result;
        }
        finally
        {
            context.ReadSlots.Release();
        }
    }

    private async Task WaitAsync(List<(int Index, Partition Partition, Key Key, Task<RemoteReadResult> Task)> reads)
    {
        var all = Task.WhenAll(reads.ConvertAll(static read => read.Task));
        if (all.IsCompleted)
            return;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(maxWaitMs()), context.Time, enough.Token));
        await enough.CancelAsync();
    }

    private async Task<RemoteReadResult> ClaimAsync(Key key, Task<RemoteReadResult> task)
    {
        lock (_lock)
            _running.Remove(key);
        try
        {
            return await task;
        }
        catch (OperationCanceledException)
        {
            return RemoteReadResult.Nothing;
        }
    }

    private void DropUnclaimed()
    {
        if (_running.Count < context.Settings.Readers)
            return;
        var nowMs = context.NowMs;
        foreach (var (key, running) in _running)
            if (running.Task.IsCompleted && nowMs - running.StartedMs > UnclaimedMs)
                _running.Remove(key);
    }

    private static FetchResponse.PartitionData Answer(
        Partition partition, FetchTarget target, RemoteReadResult result, in FetchParams request)
    {
        if (result.Error != ErrorCode.None)
            return FetchErrors.Of(target.Partition, result.Error);
        var log = partition.Log;
        return new FetchResponse.PartitionData
        {
            PartitionIndex = target.Partition,
            HighWatermark = log.HighWatermark,
            LastStableOffset = log.LastStableOffset,
            LogStartOffset = log.LogStartOffset,
            Records = new RecordsData(result.Records),
            AbortedTransactions = request.Isolation == FetchIsolation.TxnCommitted
                ? [.. (result.Aborted ?? []).Select(static aborted => new FetchResponse.AbortedTransaction
                    { ProducerId = aborted.ProducerId, FirstOffset = aborted.FirstOffset })]
                : null,
        };
    }
}
