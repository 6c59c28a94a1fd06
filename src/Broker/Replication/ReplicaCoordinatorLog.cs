using Platform.Broker.Coordination;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <summary>Lets coordinators write and load their partitions through the <see cref="ReplicaManager"/>.</summary>
internal sealed class ReplicaCoordinatorLog(ReplicaManager replicas, TimeProvider time) : ICoordinatorLog
{
    private const short AcksAll = -1;

    public ErrorCode Append(
        TopicPartition partition, int leaderEpoch, Memory<byte> batch, out long endOffset,
        TransactionAppend transaction = default)
    {
        endOffset = -1;
        if (replicas.Find(partition) is not { } hosted)
            return ErrorCode.NotLeaderOrFollower;
        var appended = hosted.AppendAsLeader(
            batch, AcksAll, AppendOrigin.Coordinator, leaderEpoch, Now(), transaction);
        endOffset = appended.LastOffset + 1;
        return appended.Error;
    }

    public VerificationGuard? StartVerification(TopicPartition partition, long producerId, short epoch) =>
        replicas.Find(partition)?.Log.StartVerification(producerId, epoch, sequence: -1, Now());

    public long HighWatermark(TopicPartition partition) =>
        replicas.Find(partition) is { IsLeader: true } hosted ? hosted.Log.HighWatermark : -1;

    public CoordinatorLogSlice Read(TopicPartition partition, long offset, int maxBytes)
    {
        if (replicas.Find(partition) is not { } hosted)
            return new CoordinatorLogSlice(ErrorCode.NotLeaderOrFollower, default, -1);
        var log = hosted.Log;
        var read = log.Read(Math.Max(offset, log.LogStartOffset), maxBytes, FetchIsolation.LogEnd, minOneMessage: true);
        try
        {
            return new CoordinatorLogSlice(read.Error, Copy(read.Records), read.LogEndOffset);
        }
        finally
        {
            read.Release();
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static ReadOnlyMemory<byte> Copy(RecordsData records)
    {
        if (records.Slice is not { } slice)
            return records.Memory;
        var copy = new byte[slice.SizeInBytes];
        slice.CopyTo(copy);
        return copy;
    }
}
