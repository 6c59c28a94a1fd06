using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Client.Producing;

/// <summary>
/// The one loop that takes batches out of the accumulator and sends them. It alone decides what leaves when; answers
/// come back on other threads and only mark queues and wake it.
/// </summary>
internal sealed class Sender
{
    private readonly ProducerOptions _options;
    private readonly KafkaCluster _cluster;
    private readonly RecordAccumulator _accumulator;
    private readonly Wakeup _wakeup;
    private readonly BatchCompletion _completion;
    private readonly IdentitySource _identities;
    private readonly TransactionManager? _transactions;
    private readonly MetadataRefresher _metadata;
    private readonly List<PartitionQueue> _busy = [];
    private readonly Dictionary<int, BrokerLane> _lanes = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closed;
    private int _rotation;

    public Sender(
        ProducerOptions options, KafkaCluster cluster, RecordAccumulator accumulator, Wakeup wakeup,
        TransactionManager? transactions)
    {
        _options = options;
        _cluster = cluster;
        _accumulator = accumulator;
        _wakeup = wakeup;
        _metadata = new MetadataRefresher(cluster, wakeup.Set);
        _identities = new IdentitySource(cluster, wakeup.Set);
        _transactions = transactions;
        _completion = new BatchCompletion(options, accumulator, _metadata, transactions);
    }

    /// <summary>Sends until <see cref="CloseAsync"/>. An error of its own fails what is buffered, not what comes
    /// later.</summary>
    public async Task RunAsync()
    {
        while (!_closed)
        {
            try
            {
                var now = _options.NowMs;
                var wakeAt = SendWhatIsReady(now);
                if (wakeAt > now)
                    await _wakeup.WaitAsync(wakeAt == long.MaxValue ? -1 : wakeAt - now);
            }
            catch (Exception e)
            {
                FailAll(new KafkaException(ErrorCode.UnknownServerError, $"the producer failed: {e.Message}", e));
            }
        }
        _stopped.SetResult();
    }

    /// <summary>Stops sending; what is not in flight fails.</summary>
    public async Task CloseAsync()
    {
        _closed = true;
        _wakeup.Set();
        await _stopped.Task;
        FailAll(new KafkaException(ErrorCode.NetworkException,
            "the producer was closed before the record was delivered"));
    }

    private void FailAll(KafkaException error)
    {
        foreach (var lane in _lanes.Values)
            foreach (var (queue, batch) in lane.TakeBack())
                _completion.Fail(queue, batch, error);
        foreach (var batch in _accumulator.TakeAll())
            _accumulator.Complete(batch, -1, -1, error);
    }

    // Returns when to look again.
    private long SendWhatIsReady(long now)
    {
        _accumulator.TakeNewlyBusy(_busy);
        if (_busy.Count == 0)
            return long.MaxValue;
        if (_identities.FailureOf(_options.IsIdempotent) is { } failure)
            FailAll(failure);
        if (_cluster.MetadataCache.IsStale)
            _metadata.Request(now);
        var wakeAt = long.MaxValue;
        var hurry = _accumulator.Hurry;
        _rotation++;
        for (var i = 0; i < _busy.Count; i++)
            wakeAt = Math.Min(wakeAt, Visit(_busy[(i + _rotation) % _busy.Count], now, hurry));
        foreach (var lane in _lanes.Values)
            if (lane.Taken.Count > 0)
                _ = SendAsync(lane, lane.Dispatch());
        _busy.RemoveAll(queue => !queue.IsListed);
        return wakeAt;
    }

    private long Visit(PartitionQueue queue, long now, bool hurry)
    {
        ProducerBatch? expired;
        lock (queue.Lock)
        {
            if (queue.IsIdle)
            {
                queue.IsListed = false;
                return long.MaxValue;
            }
            expired = queue.TakeExpired(now);
            if (expired is null)
                return Math.Min(TakeReady(queue, now, hurry), queue.ExpiresAtMs);
        }
        _completion.Expire(expired);
        return now;
    }

    private long TakeReady(PartitionQueue queue, long now, bool hurry)
    {
        var readiness = queue.Readiness(now, hurry);
        if (!readiness.IsReady)
            return readiness.AtMs;
        if (!HasIdentity(queue) || _transactions?.TryUse(queue.Partition) == false)
            return long.MaxValue;
        if (_cluster.Metadata.LeaderOf(queue.Partition) is not { } leader)
        {
            _cluster.MetadataCache.Want([queue.Partition.Topic]);
            return _metadata.Request(now);
        }
        var lane = Lane(leader.Id);
        if (lane.Connection is not { IsOpen: true })
            return Connect(lane, now);
        if (!lane.HasRoom(_options.MaxInFlightRequestsPerConnection))
            return long.MaxValue;
        var room = lane.Taken.Count == 0 ? int.MaxValue : _options.MaxRequestSize - lane.TakenBytes;
        if (queue.Take(_transactions is null ? _identities.Current : _transactions.Identity, room) is not { } batch)
            return now;
        lane.Take(queue, batch);
        var next = queue.Readiness(now, hurry);
        return next.IsReady ? now : next.AtMs;
    }

    // Readiness has made sure that nothing is in flight when a new identity is needed.
    private bool HasIdentity(PartitionQueue queue)
    {
        if (!_options.IsIdempotent)
            return true;
        if (_transactions is not null)
            return HasTransactionalIdentity(queue, _transactions);
        if (queue.NeedsNewIdentity)
            _identities.Replace(queue.Identity);
        if (_identities.Current is not { } identity)
        {
            _identities.Request();
            return false;
        }
        if (queue.NeedsNewIdentity)
            queue.Restart(identity);
        return true;
    }

    // A new epoch begins every sequence anew. It comes between transactions, when nothing is in flight.
    private static bool HasTransactionalIdentity(PartitionQueue queue, TransactionManager transactions)
    {
        if (transactions.Identity is not { } identity)
            return false;
        if (queue.Identity != identity)
            queue.Restart(identity);
        return true;
    }

    private BrokerLane Lane(int nodeId)
    {
        if (!_lanes.TryGetValue(nodeId, out var lane))
            _lanes[nodeId] = lane = new BrokerLane(nodeId);
        return lane;
    }

    private long Connect(BrokerLane lane, long now)
    {
        if (lane.IsConnecting)
            return long.MaxValue;
        if (lane.ConnectAtMs > now)
            return lane.ConnectAtMs;
        lane.IsConnecting = true;
        _ = ConnectAsync(lane);
        return long.MaxValue;
    }

    private async Task ConnectAsync(BrokerLane lane)
    {
        try
        {
            lane.Connection = await _cluster.ConnectAsync(Destination.Node(lane.NodeId), ConnectionUse.Produce);
        }
        catch (KafkaException e)
        {
            lane.ConnectAtMs = _options.NowMs + _options.RetryBackoffMs;
            _completion.LastError = e;
            _metadata.Request(_options.NowMs);
        }
        catch (OperationCanceledException e)
        {
            _completion.LastError = new KafkaException(ErrorCode.NetworkException, "the client was closed", e);
            lane.ConnectAtMs = long.MaxValue;
        }
        lane.IsConnecting = false;
        _wakeup.Set();
    }

    // Runs up to the socket before it returns, so that requests of a lane keep their order.
    private async Task SendAsync(BrokerLane lane, List<TakenBatch> batches)
    {
        var outcomes = await ExchangeAsync(lane, batches);
        foreach (var outcome in outcomes)
            _completion.Settle(outcome);
        lane.OnAnswered();
        _wakeup.Set();
    }

    private async Task<List<BatchOutcome>> ExchangeAsync(BrokerLane lane, List<TakenBatch> batches)
    {
        try
        {
            foreach (var (_, batch) in batches)
                batch.Seal();
            var request = ProduceExchange.Request(batches, _cluster.Metadata, _options);
            var settings = ProduceExchange.Settings(request, _transactions?.AddsPartitionsFirst ?? false);
            if (_options.Acks != Acks.None)
                return ProduceExchange.Outcomes(
                    batches, request, await lane.Connection!.SendAsync(request, settings), _cluster.MetadataCache);
            await lane.Connection!.SendOneWayAsync(request, settings);
            return ProduceExchange.SameForAll(batches, ErrorCode.None, null);
        }
        catch (KafkaException e)
        {
            return ProduceExchange.SameForAll(batches, e.Code, e.Message);
        }
        catch (Exception e)
        {
            return ProduceExchange.SameForAll(batches, ErrorCode.UnknownServerError, e.Message);
        }
    }
}
