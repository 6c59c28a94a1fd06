using System.Collections.Concurrent;
using Platform.Broker.Metadata;
using Platform.Broker.Tiering;
using Platform.Cluster.FetchSessions;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <summary>All partitions that this broker hosts: finds them for handlers, changes their roles as the metadata says,
/// and parks requests that must wait.</summary>
internal sealed class ReplicaManager(LogManager logs, TimingWheel timers, PartitionContext context)
{
    private readonly ConcurrentDictionary<TopicPartition, Partition> _byName = new();
    private readonly ConcurrentDictionary<(Uuid TopicId, int Partition), Partition> _byId = new();

    /// <summary>Called when the high watermark of a brokers' own topic may have moved. Set before the first partition.</summary>
    public Action<Partition>? InternalWatermarkListener { get; set; }

    /// <summary>Reads from remote storage; null when no topic of this cluster is tiered. Set before the first
    /// partition.</summary>
    public RemoteFetches? RemoteFetches { get; set; }

    /// <summary>Running totals of replication.</summary>
    public ReplicaCounters Counters => context.Counters;

    /// <summary>Partitions hosted here.</summary>
    public ICollection<Partition> Partitions => _byName.Values;

    /// <summary>The partition by the name of its topic, or null when it is not hosted here.</summary>
    public Partition? Find(TopicPartition partition) => _byName.GetValueOrDefault(partition);

    /// <summary>The partition by the id of its topic, or null when it is not hosted here.</summary>
    public Partition? Find(Uuid topicId, int partition) => _byId.GetValueOrDefault((topicId, partition));

    /// <summary>The partition of a fetch, by id where the request named one.</summary>
    public Partition? Find(FetchTarget target) =>
        target.TopicId != Uuid.Zero ? Find(target.TopicId, target.Partition) : Find(new TopicPartition(target.Topic, target.Partition));

    /// <summary>Hosts the partition, if it does not yet, and leads it.</summary>
    /// <param name="id">Which partition.</param>
    /// <param name="config">Settings of its log.</param>
    /// <param name="leaderEpoch">Epoch in which this broker leads.</param>
    /// <param name="replicas">All replicas.</param>
    /// <param name="directoryId">Where the log is to be; null for anywhere.</param>
    public void Lead(
        TopicIdPartition id, LogConfig config, int leaderEpoch, ReplicaSet replicas, Uuid? directoryId = null) =>
        Host(id, config, directoryId).BecomeLeader(leaderEpoch, replicas);

    /// <summary>Hosts the partition, if it does not yet, and lets another broker lead it; -1 for nobody.</summary>
    public Partition Follow(
        TopicIdPartition id, LogConfig config, int leaderId, int leaderEpoch, Uuid? directoryId = null)
    {
        var partition = Host(id, config, directoryId);
        partition.BecomeFollower(leaderId, leaderEpoch);
        return partition;
    }

    /// <summary>Stops hosting a partition whose topic was deleted, and deletes its log after file.delete.delay.ms.</summary>
    public void Delete(TopicIdPartition id, long nowMs)
    {
        if (!_byId.TryRemove((id.TopicId, id.Partition), out var partition))
            return;
        _byName.TryRemove(new KeyValuePair<TopicPartition, Partition>(id.TopicPartition, partition));
        partition.BecomeFollower(leaderId: -1, partition.LeaderEpoch);
        logs.Delete(id.TopicPartition, nowMs);
    }

    /// <summary>Changes how fast throttled replicas may be copied from and to this broker (KIP-73).</summary>
    public void SetThrottle(long leaderBytesPerSecond, long followerBytesPerSecond)
    {
        context.LeaderQuota.SetRate(leaderBytesPerSecond, context.NowMs);
        context.FollowerQuota.SetRate(followerBytesPerSecond, context.NowMs);
    }

    /// <summary>Proposes to drop followers that lag for too long from the in-sync replicas, for every partition that is
    /// led here. To be called twice per replica.lag.time.max.ms.</summary>
    public void ShrinkIsrs(long nowMs)
    {
        foreach (var (_, partition) in _byId)
            partition.ShrinkIsr(nowMs);
    }

    /// <summary>Leads nothing any more, as the broker stops; requests that wait are answered.</summary>
    public void Retire()
    {
        foreach (var (_, partition) in _byId)
            partition.BecomeFollower(leaderId: -1, partition.LeaderEpoch);
    }

    /// <summary>Reads every target in order until the request's bytes are used up; the first that has records gives at
    /// least one batch, so that none is too large to be read (KIP-74).</summary>
    public List<FetchedPartition> Read(IReadOnlyList<FetchTarget> targets, in FetchParams request)
    {
        var fetched = new List<FetchedPartition>(targets.Count);
        var left = request.MaxBytes;
        var minOneMessage = true;
        for (var i = 0; i < targets.Count; i++)
        {
            var target = targets[i];
            var hosted = Find(target);
            var data = Read(hosted, target, request, left, minOneMessage);
            var size = data.Records.SizeInBytes;
            minOneMessage &= size == 0;
            left = Math.Max(0, left - size);
            fetched.Add(new FetchedPartition(target, data) { HostedTopic = hosted?.Id.Topic });
        }
        return fetched;
    }

    /// <summary>Reads as soon as there are enough bytes, or when the request's time is over.</summary>
    public ValueTask<List<FetchedPartition>> ReadAsync(IReadOnlyList<FetchTarget> targets, FetchParams request)
    {
        var read = ReadLocalAsync(targets, request);
        // Followers do not read from remote storage: they are told, and take what they need by themselves.
        if (RemoteFetches is null || request.IsFollower
            || read.IsCompletedSuccessfully && !RemoteFetches.IsNeeded(read.Result))
            return read;
        return new(ReadRemoteAsync(RemoteFetches, read, request));
    }

    private async Task<List<FetchedPartition>> ReadRemoteAsync(
        RemoteFetches remote, ValueTask<List<FetchedPartition>> local, FetchParams request)
    {
        var fetched = await local;
        return RemoteFetches.IsNeeded(fetched) ? await remote.CompleteAsync(this, fetched, request) : fetched;
    }

    private ValueTask<List<FetchedPartition>> ReadLocalAsync(IReadOnlyList<FetchTarget> targets, FetchParams request)
    {
        var fetched = Read(targets, request);
        if (request.MaxWaitMs <= 0 || targets.Count == 0 || DelayedFetch.IsEnough(fetched, request.MinBytes))
            return new(fetched);
        DelayedFetch.Release(fetched);
        return new(Park(targets, request.Waiting()));
    }

    /// <summary>Waits until the partition's high watermark has reached <paramref name="offset"/>.</summary>
    public ValueTask<ErrorCode> WhenReplicatedAsync(Partition partition, long offset, int leaderEpoch, long timeoutMs)
    {
        if (partition.Log.HighWatermark >= offset)
            return new(ErrorCode.None);
        var wait = new WatermarkWait(partition, offset, leaderEpoch);
        timers.Schedule(wait, timeoutMs);
        partition.WatermarkWatchers.Watch(wait);
        // The watermark may have moved between the test and the watch.
        wait.TryComplete();
        return new(CancelTimerAfterAsync(wait, wait.Result));
    }

    /// <summary>Waits until no replica that is there holds anything below <paramref name="offset"/>.</summary>
    public ValueTask<ErrorCode> WhenDeletedAsync(Partition partition, long offset, long timeoutMs)
    {
        if (partition.LowWatermark >= offset)
            return new(ErrorCode.None);
        var wait = new LowWatermarkWait(partition, offset);
        timers.Schedule(wait, timeoutMs);
        partition.LowWatermarkWatchers.Watch(wait);
        // A follower may have fetched between the test and the watch.
        wait.TryComplete();
        return new(CancelTimerAfterAsync(wait, wait.Result));
    }

    private Partition Host(TopicIdPartition id, LogConfig config, Uuid? directoryId)
    {
        var partition = _byId.GetOrAdd((id.TopicId, id.Partition), _ => new Partition(
            id, logs.GetOrCreate(id, config, context.NowMs, directoryId), context)
        {
            WatermarkListener = InternalTopics.IsInternal(id.Topic) ? InternalWatermarkListener : null,
        });
        partition.Log.Config = config;
        _byName[id.TopicPartition] = partition;
        return partition;
    }

    private static FetchResponse.PartitionData Read(
        Partition? partition, FetchTarget target, in FetchParams request, int left, bool minOneMessage)
    {
        if (partition is null)
            return FetchErrors.Of(target.Partition, NotFound(target));
        if (request.FollowerId >= 0 && partition.HoldsBack(request.FollowerId))
            (left, minOneMessage) = (0, false);
        return request.CountsFor is { } replica
            ? partition.ReadForFollower(target, replica, left, minOneMessage)
            : partition.Read(target, request.Isolation, left, minOneMessage, request.ClientRack);
    }

    private Task<List<FetchedPartition>> Park(IReadOnlyList<FetchTarget> targets, FetchParams request)
    {
        var watchers = new List<OperationWatchers>(targets.Count);
        for (var i = 0; i < targets.Count; i++)
            if (Find(targets[i]) is { } partition)
                watchers.Add(request.IsFollower ? partition.FollowerWatchers : partition.FetchWatchers);
        var fetch = new DelayedFetch(() => Read(targets, request), request.MinBytes, watchers);
        timers.Schedule(fetch, request.MaxWaitMs);
        foreach (var watcher in watchers)
            watcher.Watch(fetch);
        fetch.TryComplete();
        return CancelTimerAfterAsync(fetch, fetch.Result);
    }

    private async Task<T> CancelTimerAfterAsync<T>(DelayedOperation operation, Task<T> result)
    {
        var value = await result;
        timers.Cancel(operation);
        return value;
    }

    private static ErrorCode NotFound(FetchTarget target) =>
        target.TopicId != Uuid.Zero ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
}
