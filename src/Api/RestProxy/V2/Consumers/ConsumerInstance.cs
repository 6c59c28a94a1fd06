using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>
/// A Kafka consumer that lives between requests. Serves one request at a time. Commits what was delivered to the
/// client, not what was fetched on its behalf.
/// </summary>
internal sealed class ConsumerInstance : IAsyncDisposable
{
    private readonly KafkaConsumer _consumer;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly LinkedList<ConsumeResult> _fetched = new();
    private readonly Dictionary<TopicPartition, OffsetAndMetadata> _delivered = [];
    private readonly TimeProvider _time;
    private bool _isAssigned;
    private bool _hasUncommitted;
    private bool _disposed;

    public ConsumerInstance(ConsumerSettings settings, ConsumerOptions options)
    {
        Settings = settings;
        _time = options.TimeProvider;
        _consumer = new KafkaConsumer(options);
        Touch();
    }

    public ConsumerSettings Settings { get; }

    /// <summary>When it was last asked for something, in ms since 1970.</summary>
    public long LastUsedMs { get; private set; }

    public IReadOnlyList<string> Subscription => [.. _consumer.Subscription.Order(StringComparer.Ordinal)];

    public IReadOnlyList<TopicPartition> Assignment => _consumer.Assignment;

    public TopicPattern? Pattern { get; private set; }

    /// <summary>Waits for its turn; disposing the result gives the turn back.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        Touch();
        await _turn.WaitAsync(cancellation);
        if (!_disposed)
            return new Turn(this);
        _turn.Release();
        throw V2Problems.ConsumerNotFound();
    }

    public void Subscribe(IReadOnlyList<string> topics, TopicPattern? pattern)
    {
        if (_isAssigned)
            throw V2Problems.IllegalState("the instance has partitions assigned, so it cannot subscribe to topics.");
        Pattern = pattern;
        _consumer.Subscribe(topics);
    }

    public async Task UnsubscribeAsync(CancellationToken cancellation)
    {
        await _consumer.UnsubscribeAsync(cancellation);
        (_isAssigned, Pattern) = (false, null);
        _fetched.Clear();
        _delivered.Clear();
    }

    public void Assign(IReadOnlyList<TopicPartition> partitions)
    {
        if (_consumer.Subscription.Count > 0)
            throw V2Problems.IllegalState("the instance subscribes to topics, so it cannot be assigned partitions.");
        _isAssigned = true;
        _consumer.Assign(partitions);
        DropFetchedOf(one => !partitions.Contains(one));
    }

    public void Seek(TopicPartition partition, long offset)
    {
        RequireAssigned(partition);
        DropFetchedOf(one => one == partition);
        _consumer.Seek(partition, offset);
        _delivered[partition] = new OffsetAndMetadata(offset);
    }

    public void SeekToEdge(IReadOnlyList<TopicPartition> partitions, bool end)
    {
        foreach (var partition in partitions)
            RequireAssigned(partition);
        DropFetchedOf(partitions.Contains);
        foreach (var partition in partitions)
            _delivered.Remove(partition);
        if (end)
            _consumer.SeekToEnd(partitions);
        else
            _consumer.SeekToBeginning(partitions);
    }

    /// <summary>The next record, or null when none came in time. It counts as delivered once it was taken.</summary>
    public async ValueTask<ConsumeResult?> PeekAsync(long deadlineMs, CancellationToken cancellation)
    {
        while (_fetched.Count == 0)
        {
            var left = Math.Max(0, deadlineMs - NowMs);
            foreach (var record in await _consumer.PollAsync(TimeSpan.FromMilliseconds(left), cancellation))
                _fetched.AddLast(record);
            // A rebalance may have moved partitions whose records were fetched before.
            DropFetchedOf(one => !_consumer.Assignment.Contains(one));
            if (_fetched.Count == 0 && NowMs >= deadlineMs)
                return null;
        }
        return _fetched.First!.Value;
    }

    /// <summary>True when a further record is at hand without asking Kafka.</summary>
    public bool HasFetched => _fetched.Count > 0;

    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes the record that was peeked at.</summary>
    public void Take()
    {
        var record = _fetched.First!.Value;
        _fetched.RemoveFirst();
        _delivered[record.TopicPartition] = new OffsetAndMetadata(record.Offset + 1, record.LeaderEpoch);
        _hasUncommitted = true;
    }

    /// <summary>Commits everything that was delivered.</summary>
    public async Task CommitDeliveredAsync(CancellationToken cancellation)
    {
        if (_delivered.Count > 0)
            await _consumer.CommitAsync(_delivered, cancellation);
        _hasUncommitted = false;
    }

    /// <summary>With auto.commit.enable: commits what earlier reads delivered.</summary>
    public Task AutoCommitAsync(CancellationToken cancellation) =>
        Settings.AutoCommit && _hasUncommitted ? CommitDeliveredAsync(cancellation) : Task.CompletedTask;

    public Task CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation) =>
        _consumer.CommitAsync(offsets, cancellation).AsTask();

    public async Task<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> CommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        await _consumer.CommittedAsync(partitions, cancellation);

    /// <summary>Leaves the group and closes; requests that still wait for their turn get 404.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            await AutoCommitAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _consumer.DisposeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private void RequireAssigned(TopicPartition partition)
    {
        if (!_consumer.Assignment.Contains(partition))
            throw V2Problems.IllegalState($"No current assignment for partition {partition}.");
    }

    private void DropFetchedOf(Func<TopicPartition, bool> isGone)
    {
        for (var node = _fetched.First; node is not null;)
        {
            var next = node.Next;
            if (isGone(node.Value.TopicPartition))
                _fetched.Remove(node);
            node = next;
        }
    }

    private void Touch() => LastUsedMs = NowMs;

    private sealed class Turn(ConsumerInstance instance) : IDisposable
    {
        // A long read must not count as silence.
        public void Dispose()
        {
            instance.Touch();
            instance._turn.Release();
        }
    }
}
