using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Client.Producing;

/// <summary>Decides what becomes of a batch once there is an answer: delivered, failed, or to be sent again.</summary>
internal sealed class BatchCompletion(ProducerOptions options, RecordAccumulator accumulator,
    MetadataRefresher metadata, TransactionManager? transactions)
{
    private readonly Backoff _backoff = new(options.RetryBackoffMs, options.RetryBackoffMaxMs);

    /// <summary>The last error that stood in the way of sending, for the message of batches that expire.</summary>
    public KafkaException? LastError { get; set; }

    /// <summary>Acts on the outcome of one batch.</summary>
    public void Settle(BatchOutcome outcome)
    {
        var (queue, batch) = outcome.Taken;
        if (outcome.Error is ErrorCode.None or ErrorCode.DuplicateSequenceNumber)
        {
            lock (queue.Lock)
                queue.OnDone(batch, failed: false);
            var offset = outcome.Error == ErrorCode.None ? outcome.BaseOffset : -1;
            accumulator.Complete(batch, offset, outcome.LogAppendTimeMs, null);
            return;
        }
        if (ErrorCategories.IsStaleMetadata(outcome.Error) && !outcome.LeaderHinted)
            metadata.Request(options.NowMs);
        var error = KafkaException.For(outcome.Error, $"produce to {batch.Partition}", outcome.Message);
        if (!TryRetry(queue, batch, outcome, error))
            Fail(queue, batch, error);
    }

    private bool TryRetry(PartitionQueue queue, ProducerBatch batch, BatchOutcome outcome, KafkaException error)
    {
        lock (queue.Lock)
        {
            var lostSequence = IsLostSequence(queue, batch, outcome.Error);
            var mayRetry = lostSequence || outcome.Error.IsRetriable()
                || (outcome.Error == ErrorCode.OutOfOrderSequenceNumber && batch.Identity is not null
                    && (transactions is null || queue.HasEarlier(batch)));
            if (!mayRetry)
                return false;
            LastError = error;
            var wait = outcome.LeaderHinted ? 0 : _backoff.AfterFailures(batch.Attempts);
            queue.OnRetry(batch, options.NowMs + wait, lostSequence);
            return true;
        }
    }

    // A gap before this batch is expected while an earlier one is on its way again. Otherwise the broker has lost the
    // producer's state, and the partition must start a new sequence. The refused batch was not appended.
    // Within a transaction that would tear it: the producer has to abort.
    private bool IsLostSequence(PartitionQueue queue, ProducerBatch batch, ErrorCode error) =>
        transactions is null && batch.Identity is not null && error switch
        {
            ErrorCode.OutOfOrderSequenceNumber => !queue.HasEarlier(batch),
            ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch => true,
            _ => false,
        };

    /// <summary>Fails a batch for good.</summary>
    public void Fail(PartitionQueue queue, ProducerBatch batch, KafkaException error)
    {
        lock (queue.Lock)
            queue.OnDone(batch, failed: true);
        transactions?.OnBatchFailed(error);
        accumulator.Complete(batch, -1, -1, error);
    }

    /// <summary>Fails a batch that waited for longer than <c>delivery.timeout.ms</c>.</summary>
    public void Expire(ProducerBatch batch)
    {
        var last = LastError ?? metadata.Failure;
        var error = new KafkaException(ErrorCode.RequestTimedOut,
            $"{batch.Partition}: not delivered within {options.DeliveryTimeoutMs} ms (delivery.timeout.ms)"
            + (last is null ? "" : $"; last error: {last.Message}"), last);
        transactions?.OnBatchFailed(error);
        accumulator.Complete(batch, -1, -1, error);
    }
}
