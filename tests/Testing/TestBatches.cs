using System.Text;
using Platform.Protocol.Records;

namespace Platform.Testing;

/// <summary>Record batches as a producer sends them.</summary>
public static class TestBatches
{
    /// <summary>A batch with a record for each value.</summary>
    public static byte[] Of(params string[] values) => At(timestamp: 1000, values);

    /// <summary>A batch whose records have this timestamp.</summary>
    public static byte[] At(long timestamp, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        foreach (var value in values)
            builder.Append(timestamp, null, Encoding.UTF8.GetBytes(value));
        return builder.Build();
    }

    /// <summary>A batch of an idempotent producer with <paramref name="count"/> records, each of at least
    /// <paramref name="bytes"/> bytes.</summary>
    public static byte[] Idempotent(
        long producerId, short epoch, int sequence, int count = 1, long timestamp = 1000, int bytes = 0)
    {
        using var builder =
            new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence };
        for (var i = 0; i < count; i++)
            builder.Append(timestamp, null, Encoding.UTF8.GetBytes($"{producerId}-{sequence + i}".PadRight(bytes, '.')));
        return builder.Build();
    }

    /// <summary>A batch of a transaction with <paramref name="count"/> records.</summary>
    public static byte[] Transactional(long producerId, short epoch, int sequence, int count = 1, long timestamp = 1000)
    {
        using var builder = new RecordBatchBuilder
        {
            ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = true,
        };
        for (var i = 0; i < count; i++)
            builder.Append(timestamp, null, Encoding.UTF8.GetBytes($"{producerId}-{sequence + i}"));
        return builder.Build();
    }

    /// <summary>The marker that commits a transaction.</summary>
    public static byte[] Commit(long producerId, short epoch, int coordinatorEpoch = 0, long nowMs = 1000) =>
        ControlRecord.EndTransactionBatch(producerId, epoch, ControlRecordType.Commit, coordinatorEpoch, nowMs);

    /// <summary>The marker that aborts a transaction.</summary>
    public static byte[] Abort(long producerId, short epoch, int coordinatorEpoch = 0, long nowMs = 1000) =>
        ControlRecord.EndTransactionBatch(producerId, epoch, ControlRecordType.Abort, coordinatorEpoch, nowMs);

    /// <summary>A batch of about this many bytes, incompressible when a seed is given.</summary>
    public static byte[] OfSize(int bytes, int records = 1, int seed = 0, long timestamp = 1000)
    {
        var random = new Random(seed);
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < records; i++)
        {
            var value = new byte[Math.Max(1, bytes / records)];
            random.NextBytes(value);
            builder.Append(timestamp, null, value);
        }
        return builder.Build();
    }

    /// <summary>A batch as a leader wrote it, for followers.</summary>
    public static byte[] Replicated(long baseOffset, int leaderEpoch, params string[] values)
    {
        using var builder = new RecordBatchBuilder { BaseOffset = baseOffset, PartitionLeaderEpoch = leaderEpoch };
        foreach (var value in values)
            builder.Append(1000, null, Encoding.UTF8.GetBytes(value));
        return builder.Build();
    }

    /// <summary>The values of all complete batches, with their offsets.</summary>
    public static List<(long Offset, string Value)> Values(ReadOnlyMemory<byte> records)
    {
        var values = new List<(long, string)>();
        foreach (var batch in RecordBatches.In(records))
        {
            batch.EnsureValidCrc("test");
            foreach (var record in batch.Records(int.MaxValue))
                values.Add((record.Offset, Encoding.UTF8.GetString(record.Value!.Value.Span)));
        }
        return values;
    }
}
