using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Producing;

/// <summary>
/// The transactions of one producer: who it is, what is part of the open transaction, and whether that can still be
/// committed. In clusters with transaction.version 2 partitions join by being written to and every transaction has an
/// epoch of its own (KIP-890); in others partitions are announced first. Thread-safe.
/// </summary>
internal sealed class TransactionManager(ProducerOptions options, KafkaCluster cluster, Action wakeSender)
{
    private const short FirstVersionWithEpochBump = 5;
    private const short ImplicitLevel = 2;
    private const string FeatureName = "transaction.version";

    private readonly Lock _lock = new();
    private readonly TransactionRequests _requests = new(options.TransactionalId!, cluster);
    private readonly HashSet<TopicPartition> _partitions = [];
    private readonly HashSet<TopicPartition> _wanted = [];
    private ProducerIdentity? _identity;
    private KafkaException? _failure;
    private bool _adding;
    private bool _open;
    private bool _isEmpty = true;
    private bool _needsNewEpoch;

    /// <summary>Id and epoch of the open or next transaction; null before they are known.</summary>
    public ProducerIdentity? Identity => Volatile.Read(ref _identity);

    /// <summary>True when partitions are announced to the coordinator before they are written.</summary>
    public bool AddsPartitionsFirst { get; private set; } = true;

    /// <summary>True once another producer has taken over.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>Takes the id over.</summary>
    public async Task InitAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_identity is not null)
                throw new InvalidOperationException("the transactional id was taken over already");
        }
        var identity = await GuardAsync(() => _requests.InitAsync(null, options.TransactionTimeoutMs, cancellation));
        var connection = await cluster.ConnectAsync(_requests.Coordinator, ConnectionUse.General, cancellation);
        AddsPartitionsFirst = connection.Versions.FinalizedFeatures.GetValueOrDefault(FeatureName) < ImplicitLevel
            || connection.Versions.Pick(ApiKeys.Get(ApiKey.EndTxn)) < FirstVersionWithEpochBump;
        Volatile.Write(ref _identity, identity);
    }

    /// <summary>Begins a transaction.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_identity is null)
                throw new InvalidOperationException("call InitTransactionsAsync first");
            if (_open)
                throw new InvalidOperationException("a transaction is open already");
            if (IsFenced)
                throw _failure!;
            (_open, _isEmpty, _failure) = (true, true, null);
        }
    }

    /// <summary>Why nothing may be sent now; null when it may.</summary>
    public Exception? WhyNotWritable()
    {
        lock (_lock)
        {
            if (!_open)
                return new InvalidOperationException("records can only be sent within a transaction");
            return _failure;
        }
    }

    /// <summary>Whether a batch for a partition may leave; otherwise the sender is woken when it may.</summary>
    public bool TryUse(TopicPartition partition)
    {
        lock (_lock)
        {
            _isEmpty = false;
            if (!AddsPartitionsFirst || _partitions.Contains(partition))
                return true;
            _wanted.Add(partition);
            if (_adding || _failure is not null)
                return false;
            _adding = true;
        }
        _ = AddPartitionsAsync();
        return false;
    }

    /// <summary>A batch is lost: the transaction cannot be committed any more.</summary>
    public void OnBatchFailed(KafkaException error)
    {
        lock (_lock)
        {
            _failure ??= error;
            _needsNewEpoch = true;
        }
    }

    /// <summary>Makes offsets part of the transaction.</summary>
    public async Task SendOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group,
        CancellationToken cancellation)
    {
        ThrowIfNotOpen();
        if (offsets.Count == 0)
            return;
        lock (_lock)
            _isEmpty = false;
        await GuardAsync(async () =>
        {
            if (AddsPartitionsFirst)
                await _requests.AddOffsetsAsync(_identity!, group.GroupId, cancellation);
            await _requests.CommitOffsetsAsync(_identity!, offsets, group, !AddsPartitionsFirst, cancellation);
            return true;
        });
    }

    /// <summary>Throws unless the transaction is open and can be committed.</summary>
    public void ThrowIfNotOpen()
    {
        lock (_lock)
        {
            if (!_open)
                throw new InvalidOperationException("no transaction is open");
            if (_failure is not null)
                throw new KafkaException(_failure.Code, $"the transaction must be aborted: {_failure.Message}", _failure);
        }
    }

    /// <summary>Throws unless a transaction is open.</summary>
    public void ThrowIfNotAbortable()
    {
        lock (_lock)
        {
            if (!_open)
                throw new InvalidOperationException("no transaction is open");
            if (IsFenced)
                throw _failure!;
        }
    }

    /// <summary>Ends the transaction; nothing is in flight any more.</summary>
    public async Task EndAsync(bool commit, CancellationToken cancellation)
    {
        if (commit)
            ThrowIfNotOpen();
        var next = await GuardAsync(() => NextIdentityAsync(commit, cancellation));
        lock (_lock)
        {
            Volatile.Write(ref _identity, next);
            _partitions.Clear();
            _wanted.Clear();
            (_open, _failure, _needsNewEpoch) = (false, null, false);
        }
    }

    private async Task<ProducerIdentity> NextIdentityAsync(bool commit, CancellationToken cancellation)
    {
        var next = _identity!;
        if (!_isEmpty)
            next = await _requests.EndAsync(next, commit, !AddsPartitionsFirst, cancellation) ?? next;
        // A hole in a sequence needs a new epoch, which only the newer protocol gives by itself (KIP-360).
        return AddsPartitionsFirst && _needsNewEpoch
            ? await _requests.InitAsync(next, options.TransactionTimeoutMs, cancellation)
            : next;
    }

    private async Task AddPartitionsAsync()
    {
        await Task.Yield();
        try
        {
            while (TakeWanted() is { Count: > 0 } wanted)
            {
                await GuardAsync(async () =>
                {
                    await _requests.AddPartitionsAsync(_identity!, wanted, CancellationToken.None);
                    return true;
                });
                lock (_lock)
                    _partitions.UnionWith(wanted);
            }
        }
        catch (Exception e) when (e is KafkaException or OperationCanceledException)
        {
            // Guarded already: the transaction has to be aborted, and its batches wait for that.
        }
        wakeSender();
    }

    private List<TopicPartition> TakeWanted()
    {
        lock (_lock)
        {
            List<TopicPartition> wanted = _failure is null ? [.. _wanted] : [];
            _wanted.Clear();
            _adding = wanted.Count > 0;
            return wanted;
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (KafkaException e)
        {
            lock (_lock)
            {
                IsFenced |= e.Code is ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch
                    or ErrorCode.InvalidProducerIdMapping;
                _failure = IsFenced ? e : _failure ?? e;
            }
            throw;
        }
    }
}
