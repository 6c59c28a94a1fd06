using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Client.Consuming;

/// <summary>
/// Reads records, either of partitions that it is told (<see cref="Assign"/>) or of topics that it shares with the
/// other members of its group (<see cref="Subscribe"/>). For one caller at a time.
/// </summary>
public sealed class KafkaConsumer : IAsyncDisposable
{
    /// <summary>How often a subscribed topic that does not exist is looked for.</summary>
    private const int MissingTopicIntervalMs = 1_000;

    private readonly ConsumerOptions _options;
    private readonly KafkaCluster _cluster;
    private readonly PartitionStates _states = new();
    private readonly Wakeup _wakeup;
    private readonly MetadataRefresher _metadata;
    private readonly Fetcher _fetcher;
    private readonly PositionResolver _positions;
    private readonly OffsetCommitter _committer;
    private GroupSession? _group;
    private Task? _autoCommit;
    private long _autoCommitAtMs;
    private long _lookForTopicsAtMs;
    private int _inUse;
    private bool _closed;

    /// <summary>Prepares a consumer with connections of its own; nothing is connected before the first poll.</summary>
    public KafkaConsumer(ConsumerOptions options)
    {
        _options = options;
        _cluster = new KafkaCluster(options);
        _cluster.MetadataCache.AllowAutoTopicCreation = options.AllowAutoCreateTopics;
        _wakeup = new Wakeup(options.TimeProvider);
        _metadata = new MetadataRefresher(_cluster, _wakeup.Set);
        _fetcher = new Fetcher(options, _cluster, _states, _metadata, _wakeup);
        _positions = new PositionResolver(options, _cluster, _states, _wakeup);
        _committer = new OffsetCommitter(options, _cluster, () => _group?.Member);
    }

    /// <summary>The cluster that it reads from.</summary>
    public KafkaCluster Cluster => _cluster;

    /// <summary>The partitions that it reads now.</summary>
    public IReadOnlyList<TopicPartition> Assignment => _states.Partitions;

    /// <summary>The topics that it subscribes to.</summary>
    public IReadOnlyCollection<string> Subscription => _group?.Topics ?? [];

    /// <summary>Its id in the group; empty before it has joined.</summary>
    public string MemberId => _group?.Member.MemberId ?? "";

    /// <summary>The group's generation, or -1 when it is no member.</summary>
    public int Generation => _group?.Member.Generation ?? -1;

    /// <summary>This consumer in its group, for
    /// <see cref="Producing.KafkaProducer.SendOffsetsToTransactionAsync"/>.</summary>
    public ConsumerGroupMetadata GroupMetadata => new(
        _options.GroupId ?? throw new InvalidOperationException("the consumer has no group.id"), Generation, MemberId,
        _options.GroupInstanceId);

    /// <summary>True while the group divides its partitions.</summary>
    public bool IsRebalancing => _group?.IsRebalancing ?? false;

    /// <summary>Reads these partitions, without a group. Ends a subscription.</summary>
    public void Assign(IEnumerable<TopicPartition> partitions)
    {
        using var use = Enter();
        if (_group is not null)
            throw new InvalidOperationException(
                "the consumer subscribes to topics: unsubscribe before assigning partitions");
        var assigned = partitions.Distinct().ToList();
        _cluster.MetadataCache.Watch([.. assigned.Select(partition => partition.Topic).Distinct()]);
        _states.Assign(assigned);
    }

    /// <summary>Shares these topics with the other members of <c>group.id</c>. Replaces an earlier
    /// subscription.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="listener">Told when partitions come and go.</param>
    public void Subscribe(IEnumerable<string> topics, IRebalanceListener? listener = null)
    {
        using var use = Enter();
        if (string.IsNullOrEmpty(_options.GroupId))
            throw new InvalidOperationException("subscribing needs a group.id");
        if (_group is null)
            _states.Assign([]);
        _group ??= new GroupSession(_options, _cluster, _states, CommitPositionsAsync, _wakeup);
        var reentrant = listener is null ? null
            : new ReentrantListener(listener, inUse => Volatile.Write(ref _inUse, inUse ? 1 : 0));
        _group.Subscribe([.. topics.Distinct()], reentrant);
    }

    /// <summary>Leaves the group, or drops the assigned partitions.</summary>
    public ValueTask UnsubscribeAsync(CancellationToken cancellation = default) =>
        UnsubscribeAsync(GroupMembershipOperation.Default, cancellation);

    /// <summary>Drops the assigned partitions and, where <paramref name="operation"/> says so, leaves the group.</summary>
    public async ValueTask UnsubscribeAsync(GroupMembershipOperation operation, CancellationToken cancellation)
    {
        using var use = Enter();
        if (_group is not null)
            await _group.CloseAsync(operation, cancellation);
        _group = null;
        _states.Assign([]);
    }

    /// <summary>
    /// Waits until there are records, at most for <paramref name="timeout"/>. Must be called at least every
    /// <c>max.poll.interval.ms</c> by a member of a group.
    /// </summary>
    /// <returns>Up to <c>max.poll.records</c> records, in the order of each partition; none when time was up.</returns>
    /// <exception cref="KafkaException">Reading cannot go on without the application doing something about
    /// it.</exception>
    public async ValueTask<IReadOnlyList<ConsumeResult>> PollAsync(TimeSpan timeout,
        CancellationToken cancellation = default)
    {
        using var use = Enter();
        await using var wakeOnCancel = cancellation.UnsafeRegister(wakeup => ((Wakeup)wakeup!).Set(), _wakeup);
        var deadline = _options.NowMs + (long)timeout.TotalMilliseconds;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var results = await PollOnceAsync(cancellation);
            var now = _options.NowMs;
            if (results.Count > 0 || now >= deadline)
                return results;
            var wakeAt = Math.Min(Math.Min(deadline, now + _options.RetryBackoffMaxMs), _fetcher.NextFetchAtMs(now));
            await _wakeup.WaitAsync(Math.Max(1, wakeAt - now));
        }
    }

    private async ValueTask<List<ConsumeResult>> PollOnceAsync(CancellationToken cancellation)
    {
        if (_group is not null)
            await _group.PollAsync(cancellation);
        RefreshMetadataIfDue(_options.NowMs);
        _positions.Poll();
        CommitIfDue();
        _fetcher.SendFetches();
        var results = _fetcher.Collect();
        if (results.Count > 0)
            _fetcher.SendFetches();
        return results;
    }

    private void RefreshMetadataIfDue(long now)
    {
        var lacksTopic = now >= _lookForTopicsAtMs && _group is { LacksTopic: true };
        if (lacksTopic)
            _lookForTopicsAtMs = now + MissingTopicIntervalMs;
        if (lacksTopic || _cluster.MetadataCache.IsStale)
            _metadata.Request(now);
    }

    // The positions are those that the last poll handed out, so that what is not processed yet may be committed, too:
    // the usual meaning of enable.auto.commit.
    private void CommitIfDue()
    {
        if (!_options.EnableAutoCommit || _group is null || _autoCommitAtMs > _options.NowMs
            || _autoCommit is { IsCompleted: false })
            return;
        var first = _autoCommitAtMs == 0;
        _autoCommitAtMs = _options.NowMs + _options.AutoCommitIntervalMs;
        if (!first)
            _autoCommit = AutoCommitAsync(Positions());
    }

    private async Task AutoCommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> positions)
    {
        await Task.Yield();
        try
        {
            await _committer.CommitAsync(positions, CancellationToken.None);
        }
        catch (KafkaException e)
        {
            LastAutoCommitFailure = e;
        }
    }

    /// <summary>Why the last automatic commit failed, or null; the next one makes up for it.</summary>
    public KafkaException? LastAutoCommitFailure { get; private set; }

    private Dictionary<TopicPartition, OffsetAndMetadata> Positions() => _states.All.Where(state => state.HasPosition)
        .ToDictionary(state => state.Partition, state => new OffsetAndMetadata(state.Position, state.PositionEpoch));

    private Task CommitPositionsAsync(CancellationToken cancellation) =>
        _committer.CommitAsync(Positions(), cancellation);

    /// <summary>Commits everything that polls have handed out.</summary>
    /// <exception cref="KafkaException">Refused, for example because the group has rebalanced meanwhile.</exception>
    public async ValueTask CommitAsync(CancellationToken cancellation = default)
    {
        using var use = Enter();
        await CommitPositionsAsync(cancellation);
    }

    /// <summary>Commits these offsets: for each partition that of the next record to read.</summary>
    /// <exception cref="KafkaException">Refused, for example because the group has rebalanced meanwhile.</exception>
    public async ValueTask CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation = default)
    {
        using var use = Enter();
        await _committer.CommitAsync(offsets, cancellation);
    }

    /// <summary>What the group has committed for these partitions; those without are left out.</summary>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> CommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default)
    {
        using var use = Enter();
        var groupId = _options.GroupId ?? throw new InvalidOperationException("committed offsets need a group.id");
        return await _cluster.RetryAsync(
            token => OffsetFetcher.FetchAsync(_cluster, groupId, partitions, _options.IsReadCommitted, token),
            cancellation,
            _ => _cluster.ForgetCoordinator(Destination.GroupCoordinator(groupId)));
    }

    /// <summary>Offset of the next record that a poll hands out; null while it is not known.</summary>
    public long? Position(TopicPartition partition) =>
        _states[partition] is { HasPosition: true } state ? state.Position : null;

    /// <summary>End of the partition as the last fetch saw it; null before that.</summary>
    public long? HighWatermark(TopicPartition partition) =>
        _states[partition] is { HighWatermark: >= 0 } state ? state.HighWatermark : null;

    /// <summary>Goes to an offset.</summary>
    public void Seek(TopicPartition partition, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using var use = Enter();
        _states[partition].Seek(offset);
    }

    /// <summary>Goes to the start.</summary>
    public void SeekToBeginning(IEnumerable<TopicPartition> partitions) => SeekLater(partitions, OffsetSpec.Earliest);

    /// <summary>Goes to the end.</summary>
    public void SeekToEnd(IEnumerable<TopicPartition> partitions) => SeekLater(partitions, OffsetSpec.Latest);

    private void SeekLater(IEnumerable<TopicPartition> partitions, OffsetSpec target)
    {
        using var use = Enter();
        foreach (var partition in partitions)
            _states[partition].SeekLater(target.Timestamp);
    }

    /// <summary>Hands out no records of these partitions until <see cref="Resume"/>.</summary>
    public void Pause(IEnumerable<TopicPartition> partitions) => SetPaused(partitions, true);

    /// <summary>Hands out records of these partitions again.</summary>
    public void Resume(IEnumerable<TopicPartition> partitions) => SetPaused(partitions, false);

    private void SetPaused(IEnumerable<TopicPartition> partitions, bool paused)
    {
        using var use = Enter();
        foreach (var partition in partitions)
            _states[partition].IsPaused = paused;
    }

    private Use Enter()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (Interlocked.Exchange(ref _inUse, 1) != 0)
            throw new InvalidOperationException("a consumer serves one caller at a time");
        return new Use(this);
    }

    private readonly struct Use(KafkaConsumer consumer) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref consumer._inUse, 0);
    }

    /// <summary>Commits, when that is automatic, and leaves the group unless it is a static member.</summary>
    public ValueTask DisposeAsync() => CloseAsync(GroupMembershipOperation.Default);

    /// <summary>Commits, when that is automatic, and leaves the group where <paramref name="operation"/> says so.</summary>
    public async ValueTask CloseAsync(GroupMembershipOperation operation)
    {
        if (_closed)
            return;
        _fetcher.Close();
        _positions.Close();
        if (_autoCommit is not null)
            await _autoCommit;
        using (Enter())
            if (_group is not null)
                await _group.CloseAsync(operation, CancellationToken.None);
        _closed = true;
        await _cluster.DisposeAsync();
        _wakeup.Dispose();
    }
}
