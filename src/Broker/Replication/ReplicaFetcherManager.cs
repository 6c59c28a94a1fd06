using Platform.Broker.Tiering;
using Platform.Protocol;

namespace Platform.Broker.Replication;

/// <summary>Which partitions are fetched from which broker. Fetchers come with their first partition and go with their
/// last. Told of every change by the metadata publisher, on its thread.</summary>
internal sealed class ReplicaFetcherManager(ReplicaFetcherOptions options) : IAsyncDisposable
{
    private readonly record struct Assignment(ReplicaFetcher Fetcher, Partition Partition, int LeaderId, int LeaderEpoch);

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Leader, int Number), ReplicaFetcher> _fetchers = [];
    private readonly Dictionary<(Uuid TopicId, int Partition), Assignment> _assignments = [];
    private readonly List<Task> _stopping = [];
    private int _fetchersPerLeader = options.FetchersPerLeader;
    private bool _stopped;

    /// <summary>Lets followers take the begin of their logs from remote storage. Before the first partition.</summary>
    public void UseRemoteState(RemoteStateBuilder builder) => options.RemoteState = builder;

    /// <summary>The largest lag of a partition that is followed here, in records.</summary>
    public long MaxLag
    {
        get
        {
            lock (_lock)
                return _fetchers.Values.Select(fetcher => fetcher.MaxLag).DefaultIfEmpty().Max();
        }
    }

    /// <summary>Fetchers that run.</summary>
    public int FetcherCount
    {
        get
        {
            lock (_lock)
                return _fetchers.Count;
        }
    }

    /// <summary>Fetches a partition from its leader from now on.</summary>
    public void Follow(Partition partition, int leaderId, int leaderEpoch)
    {
        lock (_lock)
            if (!_stopped)
                Assign(partition, leaderId, leaderEpoch);
    }

    /// <summary>Spreads partitions over another number of fetchers for each leader.</summary>
    public void Resize(int fetchersPerLeader)
    {
        lock (_lock)
        {
            if (_stopped || _fetchersPerLeader == fetchersPerLeader)
                return;
            _fetchersPerLeader = fetchersPerLeader;
            foreach (var assigned in _assignments.Values.ToList())
                Assign(assigned.Partition, assigned.LeaderId, assigned.LeaderEpoch);
        }
        StopIdle();
    }

    /// <summary>The partition is led here, has no leader, or is gone.</summary>
    public void Unfollow(TopicIdPartition partition)
    {
        lock (_lock)
            if (_assignments.Remove((partition.TopicId, partition.Partition), out var assigned))
                assigned.Fetcher.Remove(partition);
    }

    /// <summary>Ends fetchers that have nothing to do. Called after each batch of changes, since a partition may leave
    /// one epoch and come with the next.</summary>
    public void StopIdle()
    {
        lock (_lock)
        {
            _stopping.RemoveAll(static task => task.IsCompleted);
            foreach (var (key, fetcher) in _fetchers.Where(entry => entry.Value.IsIdle).ToList())
            {
                _fetchers.Remove(key);
                _stopping.Add(fetcher.DisposeAsync().AsTask());
            }
        }
    }

    /// <summary>Ends all fetchers.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Task> all;
        lock (_lock)
        {
            _stopped = true;
            all = [.. _stopping, .. _fetchers.Values.Select(fetcher => fetcher.DisposeAsync().AsTask())];
            _fetchers.Clear();
            _assignments.Clear();
        }
        await Task.WhenAll(all);
    }

    private void Assign(Partition partition, int leaderId, int leaderEpoch)
    {
        var key = (partition.Id.TopicId, partition.Id.Partition);
        var fetcher = FetcherFor(leaderId, partition.Id);
        if (_assignments.TryGetValue(key, out var before) && before.Fetcher != fetcher)
            before.Fetcher.Remove(partition.Id);
        _assignments[key] = new Assignment(fetcher, partition, leaderId, leaderEpoch);
        fetcher.Add(partition, leaderEpoch);
    }

    private ReplicaFetcher FetcherFor(int leaderId, TopicIdPartition partition)
    {
        var key = (leaderId, Number(partition));
        if (!_fetchers.TryGetValue(key, out var fetcher))
            _fetchers[key] = fetcher = new ReplicaFetcher(leaderId, key.Item2, options);
        return fetcher;
    }

    // The partitions of a topic are spread, whatever its id.
    private int Number(TopicIdPartition partition) => (int)(((uint)partition.TopicId.LeastSignificantBits * 31u
        + (uint)partition.Partition) % (uint)_fetchersPerLeader);
}
