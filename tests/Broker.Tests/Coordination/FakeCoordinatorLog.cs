using Platform.Broker.Coordination;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Tests.Coordination;

/// <summary>One partition's log in memory; the test says what is committed and what fails.</summary>
internal sealed class FakeCoordinatorLog : ICoordinatorLog
{
    private readonly List<byte[]> _batches = [];

    public long EndOffset { get; private set; }

    public long CommittedOffset { get; set; }

    /// <summary>With a single replica everything is committed at once.</summary>
    public bool CommitsAtOnce { get; set; } = true;

    public ErrorCode AppendError { get; set; }

    public ErrorCode ReadError { get; set; }

    /// <summary>Told of the high watermark before an append returns, as the replica manager does.</summary>
    public Action<long>? OnCommit { get; set; }

    public int BatchCount => _batches.Count;

    public List<int> AppendEpochs { get; } = [];

    public ErrorCode Append(
        TopicPartition partition, int leaderEpoch, Memory<byte> batch, out long endOffset,
        TransactionAppend transaction = default)
    {
        endOffset = -1;
        if (AppendError != ErrorCode.None)
            return AppendError;
        AppendEpochs.Add(leaderEpoch);
        Add(batch.ToArray());
        endOffset = EndOffset;
        OnCommit?.Invoke(CommittedOffset);
        return ErrorCode.None;
    }

    /// <summary>Adds a batch as if an earlier leader had written it.</summary>
    public void Add(byte[] batch)
    {
        RecordBatchHeader.PatchOffsetAndEpoch(batch, EndOffset, partitionLeaderEpoch: 0);
        _batches.Add(batch);
        EndOffset += RecordBatchHeader.Read(batch).LastOffsetDelta + 1;
        if (CommitsAtOnce)
            CommittedOffset = EndOffset;
    }

    public VerificationGuard? StartVerification(TopicPartition partition, long producerId, short epoch) => null;

    public long HighWatermark(TopicPartition partition) => CommittedOffset;

    public CoordinatorLogSlice Read(TopicPartition partition, long offset, int maxBytes)
    {
        // One batch and, as in a real log, a piece of the next.
        var index = _batches.FindIndex(batch => RecordBatchHeader.Read(batch).NextOffset > offset);
        byte[] next = index < 0 ? [] : [.. _batches[index], .. PieceOf(index + 1)];
        return new CoordinatorLogSlice(ReadError, next, EndOffset);
    }

    private byte[] PieceOf(int index) =>
        index < _batches.Count ? _batches[index][..(_batches[index].Length - 1)] : [];
}
