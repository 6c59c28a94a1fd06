namespace Platform.Cluster.Transactions;

/// <summary>Everything that one shard knows: the transactional ids of one partition.</summary>
/// <param name="options">Limits and times.</param>
/// <param name="nextProducerId">A producer id that nobody has; null while none is at hand.</param>
/// <param name="serverVersion">Level of the feature <c>transaction.version</c>.</param>
internal sealed class TransactionShardState(
    TransactionCoordinatorOptions options, Func<long?> nextProducerId, Func<short> serverVersion)
{
    private const short NoEpoch = -1;
    private readonly Dictionary<string, TransactionMetadata> _transactions = new(StringComparer.Ordinal);
    // Not in the log, as in Kafka: after a failover a producer that retries is fenced.
    private readonly Dictionary<string, (long ProducerId, short Epoch, short LastEpoch)> _lastEpochs =
        new(StringComparer.Ordinal);

    // Not in the log either: who waits asks again when the coordinator moves.
    private readonly Dictionary<string, List<WaitingPartitions>> _waiting = new(StringComparer.Ordinal);

    public TransactionCoordinatorOptions Options { get; } = options;

    public short ServerVersion => serverVersion();

    public long? NextProducerId() => nextProducerId();

    /// <summary>All ids in their order: with hash order, answers would differ from run to run.</summary>
    public IEnumerable<TransactionMetadata> Transactions =>
        _transactions.Values.OrderBy(transaction => transaction.TransactionalId, StringComparer.Ordinal);

    public TransactionMetadata? Find(string transactionalId) => _transactions.GetValueOrDefault(transactionalId);

    public void Put(TransactionMetadata transaction) => _transactions[transaction.TransactionalId] = transaction;

    public void Remove(string transactionalId)
    {
        _transactions.Remove(transactionalId);
        _lastEpochs.Remove(transactionalId);
    }

    /// <summary>The epoch that the same producer had before its present one; -1 when another one had it.</summary>
    public short LastEpochOf(TransactionMetadata transaction) =>
        _lastEpochs.TryGetValue(transaction.TransactionalId, out var last)
            && last.ProducerId == transaction.ProducerId && last.Epoch == transaction.Epoch
            ? last.LastEpoch
            : NoEpoch;

    /// <summary>Keeps a request until the transaction before it is over.</summary>
    /// <returns>True when it is the first that waits for it.</returns>
    public bool Wait(WaitingPartitions request)
    {
        if (_waiting.TryGetValue(request.Asked.TransactionalId, out var others))
        {
            others.Add(request);
            return false;
        }
        _waiting[request.Asked.TransactionalId] = [request];
        return true;
    }

    /// <summary>Takes out what waits for the end of a transaction, in the order of its coming.</summary>
    public IReadOnlyList<WaitingPartitions> TakeWaiting(string transactionalId) =>
        _waiting.Remove(transactionalId, out var waiting) ? waiting : [];

    public void SetLastEpoch(TransactionMetadata transaction, short lastEpoch) =>
        _lastEpochs[transaction.TransactionalId] = (transaction.ProducerId, transaction.Epoch, lastEpoch);
}
