using Platform.Client;
using Platform.Cluster.FetchSessions;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Replication;

/// <summary>
/// Copies partitions from one leader over one connection: a fetch with all that is due, which the leader answers when it
/// has something, then the next. A partition with an error waits by itself and does not keep the others.
/// </summary>
internal sealed class ReplicaFetcher : IAsyncDisposable
{
    private readonly int _number;
    private readonly ReplicaFetcherOptions _options;
    private readonly LeaderLink _leader;
    private readonly FollowerFetchSession _session = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<TopicPartition, FollowedPartition> _partitions = [];
    private readonly SemaphoreSlim _changed = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <summary>Starts to fetch as soon as there is a partition.</summary>
    public ReplicaFetcher(int leaderId, int number, ReplicaFetcherOptions options)
    {
        (_number, _options) = (number, options);
        _leader = new LeaderLink(leaderId, options);
        options.Logger.FetcherStarted(leaderId, number);
        _running = RunAsync();
    }

    /// <summary>True when there is nothing to fetch.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _partitions.Count == 0;
        }
    }

    /// <summary>The largest lag of a partition, in records.</summary>
    public long MaxLag
    {
        get
        {
            lock (_lock)
                return _partitions.Values.Select(followed => followed.Follower.Lag).DefaultIfEmpty().Max();
        }
    }

    /// <summary>Takes a partition on, or notes its leader's new epoch.</summary>
    public void Add(Partition partition, int leaderEpoch)
    {
        lock (_lock)
        {
            if (_partitions.TryGetValue(partition.Id.TopicPartition, out var known)
                && known.Partition == partition && known.Follower.LeaderEpoch == leaderEpoch)
                return;
            _partitions[partition.Id.TopicPartition] =
                new FollowedPartition(partition, new FollowerReplica(_leader.BrokerId, leaderEpoch));
        }
        if (_changed.CurrentCount == 0)
            _changed.Release();
    }

    /// <summary>Gives a partition up.</summary>
    public void Remove(TopicIdPartition partition)
    {
        lock (_lock)
            if (_partitions.TryGetValue(partition.TopicPartition, out var known) && known.Id == partition)
                _partitions.Remove(partition.TopicPartition);
    }

    /// <summary>Ends the loop and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _leader.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            var due = Due(out var retryAtMs);
            if (due.Count == 0)
                await WaitUntilAsync(retryAtMs);
            else
                await TryFetchAsync(due);
        }
    }

    // Sorted by topic, as the session wants it.
    private List<FollowedPartition> Due(out long retryAtMs)
    {
        var nowMs = _options.NowMs;
        var due = new List<FollowedPartition>();
        retryAtMs = long.MaxValue;
        lock (_lock)
        {
            foreach (var (_, followed) in _partitions)
                if (followed.ThrottledMs is > 0 and var delayMs)
                    retryAtMs = Math.Min(retryAtMs, nowMs + delayMs);
                else if (followed.Follower.IsDue(nowMs))
                    due.Add(followed);
                else if (!followed.Follower.IsFenced)
                    retryAtMs = Math.Min(retryAtMs, followed.Follower.RetryAtMs);
        }
        return due;
    }

    // Until then, or until a partition comes.
    private async Task WaitUntilAsync(long retryAtMs)
    {
        var wait = retryAtMs == long.MaxValue
            ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(1, retryAtMs - _options.NowMs));
        using var timer = _options.Time.CreateTimer(_ => _changed.Release(), null, wait, Timeout.InfiniteTimeSpan);
        await _changed.WaitAsync(_stopping.Token);
    }

    // Whatever happens, the loop goes on after a pause: an end would stop replication without anybody noticing.
    private async Task TryFetchAsync(List<FollowedPartition> due)
    {
        try
        {
            await FetchAsync(due);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
        catch (KafkaException error)
        {
            _options.Logger.LeaderUnreachable(_leader.BrokerId, _options.BackoffMs, error.Message);
            Pause(due, error.Code);
        }
        catch (Exception error)
        {
            _options.Logger.FetcherFailed(error, _leader.BrokerId, _number, _options.BackoffMs);
            Pause(due, ErrorCode.UnknownServerError);
        }
    }

    private void Pause(List<FollowedPartition> due, ErrorCode error)
    {
        _session.Reset();
        var code = error == ErrorCode.FencedLeaderEpoch ? ErrorCode.UnknownServerError : error;
        foreach (var followed in due)
            followed.Follower.OnError(code, _options.NowMs, _options.BackoffMs);
    }

    private async Task FetchAsync(List<FollowedPartition> due)
    {
        var request = Request();
        _session.Fill(request, due.ConvertAll(followed => followed.Target(_options.PartitionMaxBytes)));
        using var answer = await _leader.FetchAsync(request, _stopping.Token);
        var response = answer.Response;
        if (!_session.OnResponse(response))
        {
            if (!IsAboutSessions(response.ErrorCode))
                throw new KafkaException(response.ErrorCode);
            return;
        }
        var byId = due.ToDictionary(followed => (followed.Id.TopicId, followed.Id.Partition));
        foreach (var topic in response.Responses)
            foreach (var data in topic.Partitions)
                if (byId.GetValueOrDefault((topic.TopicId, data.PartitionIndex)) is { } followed)
                    await new FetchedAnswer(followed, data, _leader, _options).TakeAsync(_stopping.Token);
    }

    private FetchRequest Request() => new()
    {
        ReplicaState = new() { ReplicaId = _options.BrokerId, ReplicaEpoch = _options.BrokerEpoch() },
        MaxWaitMs = _options.MaxWaitMs,
        MinBytes = _options.MinBytes,
        MaxBytes = _options.ResponseMaxBytes,
    };

    private static bool IsAboutSessions(ErrorCode code) => code is ErrorCode.FetchSessionIdNotFound
        or ErrorCode.InvalidFetchSessionEpoch or ErrorCode.FetchSessionTopicIdError;
}
