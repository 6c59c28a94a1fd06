using System.Collections.Concurrent;
using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Consuming;

/// <summary>
/// Reads ahead of the application: one fetch per broker is on its way for the partitions whose data was handed out.
/// Answers are queued by whoever receives them, and looked at only when the application polls.
/// </summary>
internal sealed class Fetcher(
    ConsumerOptions options, KafkaCluster cluster, PartitionStates states, MetadataRefresher metadata, Wakeup wakeup)
{
    private readonly ConcurrentQueue<FetchAnswer> _answers = new();
    private readonly Queue<FetchedData> _ready = new();
    private readonly HashSet<int> _asked = [];
    private readonly List<ConsumeResult> _scratch = [];
    private int _lastCount;
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Sends fetches for all partitions that can be read on.</summary>
    public void SendFetches()
    {
        var now = options.NowMs;
        var picture = cluster.Metadata;
        foreach (var node in Fetchable(now, picture))
        {
            if (!_asked.Add(node.Key))
                continue;
            var targets = node.Select(state => new FetchTarget(state, state.Position, state.SeekCount)).ToList();
            foreach (var target in targets)
                target.State.IsBusy = true;
            _ = FetchAsync(node.Key, targets,
                FetchExchange.Request(targets, picture, options, MaxWaitMs(node.Count())));
        }
    }

    // Data that is waiting here will soon be handed out: its partition must not wait behind a long fetch for others.
    private int MaxWaitMs(int partitionsAsked) => partitionsAsked == states.Count ? options.FetchMaxWaitMs
        : states.All.Any(state => state.IsBusy) && !_ready.Any() ? options.FetchMaxWaitMs : 0;

    private List<IGrouping<int, PartitionState>> Fetchable(long now, ClusterMetadata picture)
    {
        var fetchable = new List<(int NodeId, PartitionState State)>();
        foreach (var state in states.All)
        {
            if (state.IsBusy || state.IsPaused || !state.HasPosition || state.FetchAtMs > now)
                continue;
            var nodeId = ReplicaFor(state, now, picture);
            if (nodeId >= 0)
                fetchable.Add((nodeId, state));
            else
                metadata.Request(now);
        }
        return [.. fetchable.GroupBy(one => one.NodeId, one => one.State)];
    }

    private static int ReplicaFor(PartitionState state, long now, ClusterMetadata picture)
    {
        if (state.PreferredReplica >= 0 && state.PreferredUntilMs > now
            && picture.Brokers.ContainsKey(state.PreferredReplica))
            return state.PreferredReplica;
        return picture.LeaderOf(state.Partition)?.Id ?? -1;
    }

    private async Task FetchAsync(int nodeId, IReadOnlyList<FetchTarget> targets, FetchRequest request)
    {
        FetchAnswer answer;
        try
        {
            var connection = await cluster.ConnectAsync(Destination.Node(nodeId), ConnectionUse.Fetch, _closing.Token);
            var response = await connection.SendAsync(request, FetchExchange.Settings(request, options),
                _closing.Token);
            answer = new FetchAnswer(nodeId, targets, response, null);
        }
        catch (KafkaException e)
        {
            answer = new FetchAnswer(nodeId, targets, null, e);
        }
        catch (OperationCanceledException e)
        {
            answer = new FetchAnswer(nodeId, targets, null,
                new KafkaException(ErrorCode.NetworkException, "closed", e));
        }
        _answers.Enqueue(answer);
        wakeup.Set();
    }

    /// <summary>Hands out up to <c>max.poll.records</c> records.</summary>
    /// <exception cref="KafkaException">A partition cannot be read: not allowed, corrupt, or no offset to go
    /// to.</exception>
    public List<ConsumeResult> Collect()
    {
        while (_answers.TryDequeue(out var answer))
            Accept(answer);
        // About as many as the last time, so that the list need not grow.
        var results = new List<ConsumeResult>(_ready.Count == 0 ? 0 : _lastCount);
        while (results.Count < options.MaxPollRecords && _ready.TryPeek(out var data))
        {
            if (IsWanted(data) && data.TakeInto(results, options.MaxPollRecords - results.Count))
                continue;
            data.State.IsBusy = false;
            _ready.Dequeue();
        }
        _lastCount = results.Count;
        return results;
    }

    // Paused partitions keep their place, not their data: it is fetched again later.
    private bool IsWanted(FetchedData data) =>
        states.Find(data.State.Partition) == data.State && data.SeekCount == data.State.SeekCount
            && !data.State.IsPaused;

    private void Accept(FetchAnswer answer)
    {
        _asked.Remove(answer.NodeId);
        var error = answer.Failure?.Code ?? answer.Response!.ErrorCode;
        if (error != ErrorCode.None && !error.IsRetriable())
            throw answer.Failure ?? KafkaException.For(error, $"fetch from broker {answer.NodeId}");
        if (error != ErrorCode.None)
        {
            metadata.Request(options.NowMs);
            foreach (var target in answer.Targets)
                Postpone(target.State);
            return;
        }
        var found = FetchExchange.ByPartition(answer.Response!, cluster.Metadata);
        foreach (var target in answer.Targets)
            AcceptPartition(target, found.GetValueOrDefault(target.State.Partition), answer.Response!);
    }

    private void AcceptPartition(FetchTarget target, FetchResponse.PartitionData? data, FetchResponse response)
    {
        var state = target.State;
        if (target.SeekCount != state.SeekCount || states.Find(state.Partition) != state)
        {
            state.IsBusy = false;
            return;
        }
        if (data is { ErrorCode: ErrorCode.None })
            AcceptData(state, data);
        else
            OnError(state, data, response);
    }

    private void AcceptData(PartitionState state, FetchResponse.PartitionData data)
    {
        state.HighWatermark = data.HighWatermark;
        state.LastStableOffset = data.LastStableOffset;
        if (data.PreferredReadReplica >= 0)
        {
            state.PreferredReplica = data.PreferredReadReplica;
            state.PreferredUntilMs = options.NowMs + options.MetadataMaxAgeMs;
        }
        if (data.Records.Memory.IsEmpty)
            state.IsBusy = false;
        else
            _ready.Enqueue(new FetchedData(state, data, options, _scratch));
    }

    private void OnError(PartitionState state, FetchResponse.PartitionData? data, FetchResponse response)
    {
        state.IsBusy = false;
        var error = data?.ErrorCode ?? ErrorCode.UnknownTopicOrPartition;
        if (error == ErrorCode.OffsetOutOfRange && state.PreferredReplica < 0)
            OnOutOfRange(state);
        else if (error == ErrorCode.OffsetOutOfRange)
            state.PreferredReplica = -1;
        else if (!error.IsRetriable() || error == ErrorCode.CorruptMessage)
            throw KafkaException.For(error, $"fetch from {state.Partition}");
        else if (!TakeHint(state, data, response))
            Postpone(state);
    }

    private void OnOutOfRange(PartitionState state)
    {
        if (options.AutoOffsetReset == AutoOffsetReset.None)
            throw new KafkaException(ErrorCode.OffsetOutOfRange,
                $"{state.Partition} does not hold offset {state.Position}, and auto.offset.reset is none: "
                + "seek to another");
        state.SeekLater(PositionResolver.ResetTarget(options.AutoOffsetReset));
    }

    private void Postpone(PartitionState state)
    {
        state.IsBusy = false;
        state.PreferredReplica = -1;
        state.FetchAtMs = options.NowMs + options.RetryBackoffMs;
        metadata.Request(options.NowMs);
    }

    // KIP-951: the broker names the new leader.
    private bool TakeHint(PartitionState state, FetchResponse.PartitionData? data, FetchResponse response)
    {
        if (data is null || data.CurrentLeader.LeaderId < 0)
            return false;
        var leader = data.CurrentLeader;
        var node = response.NodeEndpoints.Find(endpoint => endpoint.NodeId == leader.LeaderId);
        if (node is null)
            return false;
        var broker = new BrokerInfo(node.NodeId, node.Host, node.Port, node.Rack);
        cluster.MetadataCache.PutLeader(state.Partition, leader.LeaderId, leader.LeaderEpoch, broker);
        return cluster.Metadata.LeaderOf(state.Partition)?.Id == leader.LeaderId;
    }

    /// <summary>When a partition that was put off can be fetched again.</summary>
    public long NextFetchAtMs(long now) =>
        states.All.Where(state => !state.IsBusy && state.FetchAtMs > now).Select(state => state.FetchAtMs)
            .DefaultIfEmpty(long.MaxValue).Min();

    public void Close() => _closing.Cancel();
}
