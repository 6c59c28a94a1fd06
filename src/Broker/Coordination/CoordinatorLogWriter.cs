using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Coordination;

/// <summary>Appends the records of a result and lets the shard apply them.</summary>
internal sealed class CoordinatorLogWriter(TopicPartition partition, int leaderEpoch, ICoordinatorLog log)
{
    /// <summary>Most records of a batch when records need not stay together.</summary>
    private const int RecordsPerSplitBatch = 1_000;

    /// <summary>Appends all records, in one batch if the result demands it.</summary>
    /// <returns>None, or the error of the first batch that the log refused. Batches before it are applied.</returns>
    public ErrorCode Append(
        CoordinatorResult result, ICoordinatorShard shard, long nowMs, in TransactionAppend transaction,
        ref long endOffset)
    {
        var batchSize = result.IsAtomic ? result.Records.Count : RecordsPerSplitBatch;
        foreach (var records in result.Records.Chunk(batchSize))
        {
            var error = log.Append(
                partition, leaderEpoch, Build(records, result.Producer, nowMs), out var end, transaction);
            if (error != ErrorCode.None)
                return error;
            endOffset = end;
            foreach (var record in records)
                Apply(shard, record, result.Producer);
        }
        return ErrorCode.None;
    }

    private static void Apply(ICoordinatorShard shard, CoordinatorRecord record, ProducerIdAndEpoch? producer)
    {
        if (producer is { } transactional)
            shard.ApplyTransactional(record, transactional);
        else
            shard.Apply(record);
    }

    private byte[] Build(CoordinatorRecord[] records, ProducerIdAndEpoch? producer, long nowMs)
    {
        using var builder = new RecordBatchBuilder
        {
            PartitionLeaderEpoch = leaderEpoch,
            ProducerId = producer?.ProducerId ?? -1,
            ProducerEpoch = producer?.Epoch ?? -1,
            IsTransactional = producer is not null,
        };
        foreach (var record in records)
            builder.Append(nowMs, CoordinatorRecordCodec.EncodeKey(record), CoordinatorRecordCodec.EncodeValue(record));
        return builder.Build();
    }
}
