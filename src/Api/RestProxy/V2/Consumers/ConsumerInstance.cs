using Platform.Api.RestProxy.V2.Consumers.Ownership;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>
/// A Kafka consumer that lives between requests, and between processes. Serves one request at a time. Commits what was
/// delivered to the client, not what was fetched on its behalf.
/// </summary>
internal sealed class ConsumerInstance : IRebalanceListener
{
    /// <summary>How long an instance that comes from another process waits to be a member of its group again.</summary>
    private const int RejoinTimeoutMs = 10_000;

    private static readonly TimeSpan RejoinPoll = TimeSpan.FromMilliseconds(200);

    private readonly KafkaConsumer _consumer;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Deliveries _deliveries = new();
    private readonly Dictionary<TopicPartition, StoredPosition> _stored = [];
    private readonly TimeProvider _time;
    private bool _isAssigned;
    private bool _mustRejoin;
    private bool _disposed;

    public ConsumerInstance(ConsumerSettings settings, ConsumerOptions options)
    {
        Settings = settings;
        _time = options.TimeProvider;
        _consumer = new KafkaConsumer(options);
        Touch();
    }

    public ConsumerSettings Settings { get; }

    /// <summary>Under which it is owned by this process.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>When it was last asked for something, in ms since 1970.</summary>
    public long LastUsedMs { get; private set; }

    /// <summary>What other processes know of it.</summary>
    public SavedState? Saved { get; set; }

    public IReadOnlyList<string> Subscription => [.. _consumer.Subscription.Order(StringComparer.Ordinal)];

    public IReadOnlyList<TopicPartition> Assignment => _consumer.Assignment;

    public TopicPattern? Pattern { get; private set; }

    /// <summary>True when a further record is at hand without asking Kafka.</summary>
    public bool HasFetched => _deliveries.HasFetched;

    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Waits for its turn; disposing the result gives the turn back.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        Touch();
        await _turn.WaitAsync(cancellation);
        var turn = new Turn(this);
        try
        {
            if (_disposed)
                throw V2Problems.ConsumerNotFound();
            if (_mustRejoin)
                await RejoinAsync(cancellation);
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public void Subscribe(IReadOnlyList<string> topics, TopicPattern? pattern)
    {
        if (_isAssigned)
            throw V2Problems.IllegalState("the instance has partitions assigned, so it cannot subscribe to topics.");
        Pattern = pattern;
        _consumer.Subscribe(topics, this);
    }

    public async Task UnsubscribeAsync(CancellationToken cancellation)
    {
        await _consumer.UnsubscribeAsync(GroupMembershipOperation.LeaveGroup, cancellation);
        (_isAssigned, Pattern) = (false, null);
        _deliveries.Drop(_ => true);
    }

    public void Assign(IReadOnlyList<TopicPartition> partitions)
    {
        if (_consumer.Subscription.Count > 0)
            throw V2Problems.IllegalState("the instance subscribes to topics, so it cannot be assigned partitions.");
        _isAssigned = true;
        _consumer.Assign(partitions);
        _deliveries.Drop(one => !partitions.Contains(one));
    }

    /// <summary>Goes on at an offset.</summary>
    /// <param name="partition">Where.</param>
    /// <param name="offset">Offset of the next record.</param>
    /// <param name="committed">What the group has committed there, or -1; null when that does not matter.</param>
    public void Seek(TopicPartition partition, long offset, long? committed = null)
    {
        RequireAssigned(partition);
        _deliveries.MoveTo(partition, offset, committed);
        _consumer.Seek(partition, offset);
    }

    public void RequireAssigned(TopicPartition partition)
    {
        if (!_consumer.Assignment.Contains(partition))
            throw V2Problems.IllegalState($"No current assignment for partition {partition}.");
    }

    /// <summary>An answer begins: until it has arrived, what is taken for it can be taken back.</summary>
    public void BeginAnswer() => _deliveries.Begin();

    /// <summary>The next record, or null when none came in time. It counts as delivered once it was taken.</summary>
    public async ValueTask<ConsumeResult?> PeekAsync(long deadlineMs, CancellationToken cancellation)
    {
        while (!_deliveries.HasFetched)
        {
            await PollAsync(TimeSpan.FromMilliseconds(Math.Max(0, deadlineMs - NowMs)), cancellation);
            if (!_deliveries.HasFetched && NowMs >= deadlineMs)
                return null;
        }
        return _deliveries.First;
    }

    /// <summary>Takes the record that was peeked at.</summary>
    public void Take() => _deliveries.Take();

    /// <summary>The answer was written, or could not be.</summary>
    public void EndAnswer(bool arrived)
    {
        if (arrived)
            _deliveries.Arrived();
        else
            _deliveries.TakeBack();
    }

    /// <summary>Commits everything that was delivered.</summary>
    public async Task CommitDeliveredAsync(CancellationToken cancellation)
    {
        if (_deliveries.Delivered.Count > 0)
            await CommitAsync(_deliveries.Delivered, cancellation);
    }

    /// <summary>With auto.commit.enable: commits what earlier reads delivered.</summary>
    public Task AutoCommitAsync(CancellationToken cancellation) =>
        Settings.AutoCommit && _deliveries.HasUncommitted ? CommitDeliveredAsync(cancellation) : Task.CompletedTask;

    public async Task CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation)
    {
        await _consumer.CommitAsync(offsets, cancellation);
        _deliveries.Committed(offsets);
    }

    public async Task<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> CommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        await _consumer.CommittedAsync(partitions, cancellation);

    /// <summary>All that another process needs to go on with it.</summary>
    public InstanceState Describe(InstanceOwner owner) => new(Settings, owner, Epoch, IsClaim: false,
        _isAssigned ? null : Subscription, Pattern?.Text,
        !_isAssigned ? null : [.. Assignment.Select(one => new PartitionItem(one.Topic, one.Partition))],
        [.. PositionsByPartition()], LastUsedMs);

    /// <summary>Goes on with what another process had; the next call joins the group again.</summary>
    public void Restore(InstanceState state)
    {
        foreach (var position in state.Positions ?? [])
            _stored[new TopicPartition(position.Topic, position.Partition)] = position;
        if (state.Partitions is { } partitions)
            Assign([.. partitions.Select(one => one.ToTopicPartition())]);
        else if (state.Topics is { Count: > 0 } || state.Pattern is not null)
            Subscribe(state.Topics ?? [], state.Pattern is null ? null : new TopicPattern(state.Pattern));
        _mustRejoin = _stored.Count > 0;
    }

    /// <summary>Closes; requests that still wait for their turn get 404.</summary>
    /// <param name="operation">Whether it leaves its group.</param>
    /// <param name="mayCommit">False when another process has it: then it says nothing more.</param>
    /// <param name="beforeClosed">Done in its turn before.</param>
    public async Task CloseAsync(GroupMembershipOperation operation, bool mayCommit, Func<Task>? beforeClosed = null)
    {
        await _turn.WaitAsync();
        try
        {
            if (_disposed)
                return;
            if (mayCommit)
                await AutoCommitAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (beforeClosed is not null)
                await beforeClosed();
            _disposed = true;
            await _consumer.CloseAsync(operation);
        }
        finally
        {
            _turn.Release();
        }
    }

    async ValueTask IRebalanceListener.OnPartitionsRevokedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation)
    {
        try
        {
            if (!_disposed)
                await AutoCommitAsync(cancellation);
        }
        catch (KafkaException)
        {
            // What was not committed is delivered again, by whoever reads the partition next.
        }
        _deliveries.Drop(partitions.Contains);
    }

    ValueTask IRebalanceListener.OnPartitionsLostAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation)
    {
        _deliveries.Drop(partitions.Contains);
        return ValueTask.CompletedTask;
    }

    ValueTask IRebalanceListener.OnPartitionsAssignedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        ResumeAsync(partitions, cancellation);

    private async Task PollAsync(TimeSpan time, CancellationToken cancellation)
    {
        _deliveries.Add(await _consumer.PollAsync(time, cancellation));
        // A rebalance may have moved partitions whose records were fetched before.
        _deliveries.Drop(one => !_consumer.Assignment.Contains(one));
    }

    // A member of a group joins it again: before that it may not commit, and does not know what it is assigned.
    private async Task RejoinAsync(CancellationToken cancellation)
    {
        var deadline = NowMs + RejoinTimeoutMs;
        if (_isAssigned)
            await ResumeAsync(Assignment, cancellation);
        else
            do
                await PollAsync(RejoinPoll, cancellation);
            while (_consumer.IsRebalancing && NowMs < deadline);
        _mustRejoin = _consumer.IsRebalancing;
        // Others have the rest now.
        if (!_mustRejoin)
            _stored.Clear();
    }

    private async ValueTask ResumeAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation)
    {
        var mine = partitions.Where(_stored.ContainsKey).ToList();
        if (mine.Count == 0)
            return;
        var committed = await _consumer.CommittedAsync(mine, cancellation);
        foreach (var partition in mine)
        {
            _stored.Remove(partition, out var stored);
            var offset = committed.TryGetValue(partition, out var found) ? found.Offset : -1;
            if (!stored!.IsNewerThan(offset))
                continue;
            _deliveries.Resume(partition, stored, offset);
            _consumer.Seek(partition, stored.Offset);
        }
    }

    // Those of another process that were not assigned again yet are kept until they are.
    private IEnumerable<StoredPosition> PositionsByPartition() => Assignment
        .Select(one => _stored.TryGetValue(one, out var stored)
            ? stored : _deliveries.PositionOf(one, _consumer.Position(one)))
        .OfType<StoredPosition>()
        .Concat(_mustRejoin ? _stored.Values.Where(one =>
            !Assignment.Contains(new TopicPartition(one.Topic, one.Partition))) : [])
        .OrderBy(one => one.Topic, StringComparer.Ordinal).ThenBy(one => one.Partition);

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
