using System.Collections.Concurrent;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Coordination;

/// <summary>
/// Runs the shards of one coordinator: one for each partition of its topic that this broker leads. Called from
/// connections, from the metadata publisher and from the replica manager, on any thread.
/// </summary>
internal sealed class CoordinatorRuntime(CoordinatorSettings settings, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, CoordinatorPartition> _partitions = new();
    private readonly Lock _elections = new();
    private long _lastRequestId;

    /// <summary>The partitions that are led here, loaded or not, in their order.</summary>
    public IReadOnlyList<int> Partitions => [.. _partitions.Keys.Order()];

    /// <summary>This broker leads a partition from now on; its shard is loaded in the background.</summary>
    public void OnElection(int partition, int leaderEpoch)
    {
        CoordinatorPartition? old;
        CoordinatorPartition elected;
        lock (_elections)
        {
            if (_partitions.TryGetValue(partition, out old) && old.LeaderEpoch >= leaderEpoch)
                return;
            var name = new TopicPartition(settings.Topic, partition);
            elected = new CoordinatorPartition(name, leaderEpoch, settings.NewShard(), settings);
            _partitions[partition] = elected;
        }
        old?.Close();
        settings.RunLater(new CoordinatorLoader(elected, settings, time).Load);
    }

    /// <summary>Another broker leads a partition; who waits for an answer is told so.</summary>
    public void OnResignation(int partition)
    {
        CoordinatorPartition? old;
        lock (_elections)
            _partitions.TryRemove(partition, out old);
        old?.Close();
    }

    /// <summary>A partition is committed up to an offset. Call it without any lock: it answers requests.</summary>
    public void OnHighWatermark(int partition, long highWatermark)
    {
        if (_partitions.TryGetValue(partition, out var led))
            led.OnHighWatermark(highWatermark);
    }

    /// <summary>Fires timers and gives up on answers that waited too long.</summary>
    public void OnTick()
    {
        var nowMs = Now();
        foreach (var partition in Partitions)
            if (_partitions.TryGetValue(partition, out var led))
                led.OnTick(nowMs);
    }

    /// <summary>Topics are gone; shards forget what they know of them.</summary>
    public void OnTopicsDeleted(IReadOnlyCollection<string> topics)
    {
        var nowMs = Now();
        foreach (var partition in Partitions)
            if (_partitions.TryGetValue(partition, out var led))
                led.OnTopicsDeleted(topics, nowMs);
    }

    /// <summary>Handles a request on one shard.</summary>
    /// <param name="partition">The shard.</param>
    /// <param name="request">The request.</param>
    /// <param name="client">Version and client; its token is not used.</param>
    /// <param name="onError">The answer that stands for an error.</param>
    /// <param name="transaction">The coordinator's word, when the records are part of a transaction.</param>
    /// <returns>The answer; it may take as long as a rebalance. Never faults.</returns>
    public Task<TResponse> HandleAsync<TResponse>(
        int partition,
        IRequest<TResponse> request,
        CoordinatorRequestContext client,
        Func<ErrorCode, TResponse> onError,
        TransactionAppend transaction = default)
        where TResponse : class, IResponse, new()
    {
        if (!_partitions.TryGetValue(partition, out var led))
            return Task.FromResult(onError(ErrorCode.NotCoordinator));

        var pending = new PendingRequest<TResponse>(onError);
        var context = client with { RequestId = Interlocked.Increment(ref _lastRequestId) };
        led.Handle(request, context, pending, Now(), transaction);
        return pending.Answer;
    }

    /// <summary>Runs an operation on one shard that is no request.</summary>
    /// <returns>None; NotCoordinator when the partition is not led here in that epoch; or why nothing was
    /// appended.</returns>
    public ErrorCode Invoke(int partition, int leaderEpoch, Func<ICoordinatorShard, long, CoordinatorResult> operation)
    {
        var nowMs = Now();
        return _partitions.TryGetValue(partition, out var led) && led.LeaderEpoch == leaderEpoch
            ? led.Invoke(shard => operation(shard, nowMs), nowMs)
            : ErrorCode.NotCoordinator;
    }

    /// <summary>True while this broker leads a partition in an epoch.</summary>
    public bool IsLed(int partition, int leaderEpoch) =>
        _partitions.TryGetValue(partition, out var led) && led.LeaderEpoch == leaderEpoch;

    /// <summary>Ends a transaction that has records in a partition; see
    /// <see cref="CoordinatorPartition.EndTransaction"/>.</summary>
    public (ErrorCode Error, long EndOffset) EndTransaction(
        int partition, ProducerIdAndEpoch producer, bool isCommitted, byte[] marker, TransactionAppend transaction) =>
        _partitions.TryGetValue(partition, out var led)
            ? led.EndTransaction(producer, isCommitted, marker, transaction)
            : (ErrorCode.NotLeaderOrFollower, -1);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
