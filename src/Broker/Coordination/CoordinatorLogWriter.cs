using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Broker.Coordination;

/// <summary>Appends the records of a result and lets the shard apply them.</summary>
internal sealed class CoordinatorLogWriter(TopicPartition partition, int leaderEpoch, ICoordinatorLog log)
{
    /// <summary>Most records of a batch when records need not stay together.</summary>
    private const int RecordsPerSplitBatch = 1_000;

    /// <summary>Appends all records, in one batch if the result demands it.</summary>
    /// <returns>None, or the error of the first batch that the log refused. Batches before it are applied.</returns>
    public ErrorCode Append(CoordinatorResult result, ICoordinatorShard shard, long nowMs, ref long endOffset)
    {
        var batchSize = result.IsAtomic ? result.Records.Count : RecordsPerSplitBatch;
        foreach (var records in result.Records.Chunk(batchSize))
        {
            var error = log.Append(partition, leaderEpoch, Build(records, nowMs), out var end);
            if (error != ErrorCode.None)
                return error;
            endOffset = end;
            foreach (var record in records)
                shard.Apply(record);
        }
        return ErrorCode.None;
    }

    private byte[] Build(CoordinatorRecord[] records, long nowMs)
    {
        using var builder = new RecordBatchBuilder { PartitionLeaderEpoch = leaderEpoch };
        foreach (var record in records)
            builder.Append(nowMs, CoordinatorRecordCodec.EncodeKey(record), CoordinatorRecordCodec.EncodeValue(record));
        return builder.Build();
    }
}
