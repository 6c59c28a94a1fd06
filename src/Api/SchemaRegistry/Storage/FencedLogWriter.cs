using Platform.Api.SchemaRegistry.Leadership;
using Platform.Client;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>A write whose fate is not known: the log may or may not hold it.</summary>
internal sealed class UncertainWriteException(string message, Exception? inner) : Exception(message, inner);

/// <summary>
/// Appends to a topic of the registry so that a later writer shuts out every earlier one. All writers share a transactional
/// id, whose epoch the transaction coordinator raises for each of them; the first batch of a new epoch makes the
/// partition's leader refuse batches of older ones, whenever they arrive. No transaction is opened, so readers of
/// every kind see plain records, and each costs one round trip. One batch is under way at a time, and is sent again
/// with the same sequence number until its fate is known.
/// </summary>
internal sealed class FencedLogWriter(
    KafkaCluster cluster, TopicPartition partition, byte[] fenceKey, TimeProvider time)
{
    /// <summary>How long a batch is tried.</summary>
    public static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(10);

    private const int RequestTimeoutMs = 3_000;
    private const short LastVersionWithNames = 12;
    private const int TransactionTimeoutMs = 60_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly string _transactionalId = $"schema-registry-{partition.Topic}";
    private long _producerId = -1;
    private short _epoch = -1;
    private int _sequence;

    /// <summary>Takes the log over.</summary>
    /// <returns>The offset of the record that did it: when a reader has come that far, it has seen everything that
    /// others will ever have written.</returns>
    public async Task<long> FenceAsync()
    {
        await RetryAsync(InitAsync);
        _sequence = 0;
        return await AppendAsync([new SchemaLogRecord(fenceKey, null)]);
    }

    /// <summary>Appends records as one batch; completes when all in-sync replicas hold it.</summary>
    /// <returns>The offset of the first record.</returns>
    /// <exception cref="NotLeaderException">Another writer has taken over; nothing was written.</exception>
    /// <exception cref="UncertainWriteException">The log must be taken over again before the next write.</exception>
    /// <exception cref="KafkaException">The log refused the batch for good.</exception>
    public async Task<long> AppendAsync(IReadOnlyList<SchemaLogRecord> records)
    {
        using var builder = new RecordBatchBuilder
        {
            ProducerId = _producerId, ProducerEpoch = _epoch, BaseSequence = _sequence,
        };
        foreach (var record in records)
            builder.Append(time.GetUtcNow().ToUnixTimeMilliseconds(), record.Key, record.Value);
        var batch = builder.Build();
        var offset = await RetryAsync(() => ProduceAsync(batch));
        // Sequence numbers begin again at 0 after the largest one.
        _sequence = (int)(((long)_sequence + records.Count) & int.MaxValue);
        return offset;
    }

    private async Task<long> InitAsync()
    {
        var coordinator = Destination.TransactionCoordinator(_transactionalId);
        try
        {
            var granted = await cluster.SendAsync(new InitProducerIdRequest
            {
                TransactionalId = _transactionalId,
                TransactionTimeoutMs = TransactionTimeoutMs,
            }, coordinator, new RequestSettings(RequestTimeoutMs));
            KafkaException.ThrowIfError(granted.ErrorCode, $"producer id for {_transactionalId}");
            (_producerId, _epoch) = (granted.ProducerId, granted.ProducerEpoch);
            return 0;
        }
        catch (KafkaException)
        {
            cluster.ForgetCoordinator(coordinator);
            throw;
        }
    }

    private async Task<long> ProduceAsync(byte[] batch)
    {
        var metadata = await cluster.GetMetadataAsync([partition.Topic]);
        var leader = metadata.LeaderOf(partition)
            ?? throw new KafkaException(ErrorCode.LeaderNotAvailable, $"{partition} has no leader");
        var id = metadata.TopicId(partition.Topic);
        var connection = await cluster.ConnectAsync(Destination.Node(leader.Id), ConnectionUse.Produce);
        var answer = await connection.SendAsync(new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = RequestTimeoutMs,
            TopicData = [new() { Name = partition.Topic, TopicId = id, PartitionData =
                [new() { Index = partition.Partition, Records = new RecordsData(batch) }] }],
        }, new RequestSettings(RequestTimeoutMs, id == Uuid.Zero ? LastVersionWithNames : null, batch.Length));
        var result = answer.Responses[0].PartitionResponses[0];
        KafkaException.ThrowIfError(result.ErrorCode, $"append to {partition}", result.ErrorMessage);
        return result.BaseOffset;
    }

    private async Task<long> RetryAsync(Func<Task<long>> attempt)
    {
        var deadline = time.GetUtcNow() + DeliveryTimeout;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await attempt();
            }
            catch (KafkaException error) when (MayTryAgain(error.Code) && time.GetUtcNow() + pause < deadline)
            {
                await Task.Delay(pause, time);
                await RefreshAsync();
            }
            catch (KafkaException error) when (error.Code
                is ErrorCode.InvalidProducerEpoch or ErrorCode.ProducerFenced)
            {
                throw new NotLeaderException($"Another registry writes {partition.Topic} now: {error.Message}");
            }
            catch (KafkaException error) when (MayTryAgain(error.Code) || error.Code
                is ErrorCode.OutOfOrderSequenceNumber or ErrorCode.DuplicateSequenceNumber or ErrorCode.UnknownProducerId)
            {
                throw new UncertainWriteException(error.Message, error);
            }
        }
    }

    private static bool MayTryAgain(ErrorCode error) =>
        error.IsRetriable() || error == ErrorCode.ConcurrentTransactions;

    private async Task RefreshAsync()
    {
        try
        {
            await cluster.RefreshMetadataAsync([partition.Topic]);
        }
        catch (KafkaException)
        {
            // The next attempt finds out whether anybody can be asked.
            return;
        }
    }
}
