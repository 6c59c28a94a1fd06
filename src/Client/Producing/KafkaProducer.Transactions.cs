using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Client.Producing;

/// <content>Transactions: all records and offsets of one are seen by read_committed consumers, or none.</content>
public sealed partial class KafkaProducer
{
    private TransactionManager Transactions => _transactions
        ?? throw new InvalidOperationException("transactions need transactional.id");

    /// <summary>Takes the transactional id over. To be called once, before the first transaction: it aborts what an
    /// earlier producer of that id left open, and fences that producer.</summary>
    /// <exception cref="KafkaException">The coordinator refused.</exception>
    public Task InitTransactionsAsync(CancellationToken cancellation = default) =>
        Transactions.InitAsync(cancellation);

    /// <summary>Begins a transaction; what is sent from now on is part of it.</summary>
    /// <exception cref="InvalidOperationException">Another one is open, or the id was not taken over.</exception>
    public void BeginTransaction() => Transactions.Begin();

    /// <summary>Makes offsets of a consumer group part of the transaction.</summary>
    /// <param name="offsets">The next offsets to read.</param>
    /// <param name="group">The consumer's <see cref="KafkaConsumer.GroupMetadata"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="KafkaException">They were refused; the transaction must be aborted.</exception>
    public Task SendOffsetsToTransactionAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group,
        CancellationToken cancellation = default) =>
        Transactions.SendOffsetsAsync(offsets, group, cancellation);

    /// <summary>Delivers what was sent, and commits.</summary>
    /// <exception cref="KafkaException">A record was not delivered, or the coordinator refused; unless
    /// <see cref="IsFenced"/>, the transaction must be aborted.</exception>
    public async Task CommitTransactionAsync(CancellationToken cancellation = default)
    {
        Transactions.ThrowIfNotOpen();
        await FlushAsync(cancellation);
        await Transactions.EndAsync(commit: true, cancellation);
    }

    /// <summary>Aborts; what is not sent yet is not sent any more.</summary>
    /// <exception cref="KafkaException">The coordinator refused.</exception>
    public async Task AbortTransactionAsync(CancellationToken cancellation = default)
    {
        Transactions.ThrowIfNotAbortable();
        var aborted = new KafkaException(ErrorCode.TransactionAbortable, "the transaction was aborted");
        foreach (var batch in _accumulator.TakeAll())
        {
            Transactions.OnBatchFailed(aborted);
            _accumulator.Complete(batch, -1, -1, aborted);
        }
        await FlushAsync(cancellation);
        await Transactions.EndAsync(commit: false, cancellation);
    }

    /// <summary>True once another producer has taken the transactional id over: this one can only be closed.</summary>
    public bool IsFenced => _transactions?.IsFenced ?? false;
}
