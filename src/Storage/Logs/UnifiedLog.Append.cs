using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Storage;

public sealed partial class UnifiedLog
{
    private const long NoTime = -1;

    /// <summary>Validates batches, gives them offsets and this leader's epoch, and appends them.</summary>
    /// <param name="records">Batches as received; base offset and epoch are patched in place. Exactly one for a
    /// client.</param>
    /// <param name="leaderEpoch">Epoch of this leader.</param>
    /// <param name="origin">Who appends: decides which rules hold.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    /// <param name="transaction">What a transactional batch or a marker needs besides.</param>
    /// <returns>The offsets, or why nothing was appended.</returns>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public LogAppendInfo AppendAsLeader(
        Memory<byte> records, int leaderEpoch, AppendOrigin origin, long nowMs, TransactionAppend transaction = default)
    {
        var config = Config;
        var validated = LogValidator.Validate(records.Span, config, origin, nowMs);
        using var rewritten = validated.Rewritten;
        if (validated.Error != ErrorCode.None)
            return LogAppendInfo.Failed(
                validated.Error, $"{TopicPartition}: {validated.Message}", LogStartOffset, validated.RecordErrors);
        LogAppendInfo appended;
        lock (_lock)
            appended = AppendValidated(validated, leaderEpoch, origin, config, nowMs, transaction);
        if (appended.Error == ErrorCode.None)
            FlushWhenDue(config, nowMs);
        return appended;
    }

    /// <summary>Appends batches that a leader gave their offsets and epochs. A batch that is cut at the end is left
    /// out, as fetches end anywhere.</summary>
    /// <param name="records">The batches.</param>
    /// <param name="leaderEpoch">Epoch of the leader that sent them; it cannot have newer ones.</param>
    /// <returns>The offsets, or why nothing was appended: <see cref="ErrorCode.CorruptMessage"/> for damage,
    /// <see cref="ErrorCode.OffsetOutOfRange"/> when the batches do not continue the log,
    /// <see cref="ErrorCode.UnknownLeaderEpoch"/> for batches of a newer epoch.</returns>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public LogAppendInfo AppendAsFollower(ReadOnlyMemory<byte> records, int leaderEpoch = int.MaxValue)
    {
        var config = Config;
        BeginWithBatch(records.Span);
        var batches = FollowerRecords.Check(records.Span, LogEndOffset, leaderEpoch);
        if (batches.Error != ErrorCode.None)
            return LogAppendInfo.Failed(batches.Error, $"{TopicPartition}: {batches.Message}", LogStartOffset);
        if (batches.Bytes == 0)
            return Appended(LogEndOffset, LogEndOffset - 1, -1);
        LogAppendInfo appended;
        lock (_lock)
        {
            if (_closed)
                return Closed();
            ThrowIfUnusable();
            if (batches.FirstOffset < _end.Offset)
                return LogAppendInfo.Failed(ErrorCode.OffsetOutOfRange, $"{TopicPartition}: batches from " +
                    $"{batches.FirstOffset} do not continue the log, which ends at {_end.Offset}", LogStartOffset);
            // The leader has compacted: what it does not have any more will be missing here too.
            if (batches.HasGaps || batches.FirstOffset > _end.Offset)
                ExpectGaps();
            appended = Write(records.Span[..batches.Bytes],
                batches.FirstOffset, batches.LastOffset, batches.MaxTimestamp, config, NoTime);
        }
        FlushWhenDue(config, NoTime);
        return appended;
    }

    private LogAppendInfo AppendValidated(
        in ValidatedRecords validated, int leaderEpoch, AppendOrigin origin, LogConfig config, long nowMs,
        in TransactionAppend transaction)
    {
        if (_closed)
            return Closed();
        ThrowIfUnusable();
        if (origin is AppendOrigin.Client or AppendOrigin.Coordinator)
        {
            var check = CheckProducer(validated.Records, transaction, nowMs);
            if (check.Error != ErrorCode.None)
                return LogAppendInfo.Failed(check.Error, check.Message!, LogStartOffset);
            if (check.Duplicate is { } earlier)
                return Appended(earlier.FirstOffset, earlier.LastOffset,
                    AppendTime(config, earlier.Timestamp)) with { IsDuplicate = true };
        }
        var first = _end.Offset;
        var last = first + validated.OffsetCount - 1;
        AssignOffsets(validated.Records, first, leaderEpoch);
        var appended = Write(validated.Records, first, last, validated.MaxTimestamp, config, nowMs, transaction);
        return appended.Error == ErrorCode.None
            ? appended with { LogAppendTime = AppendTime(config, nowMs) }
            : appended;
    }

    /// <summary>Batches were refused before they came here, for a reason that passes: batches of the same producer that
    /// are under way behind them get the same answer. See <see cref="RefusedBatches"/>.</summary>
    /// <param name="records">At least the header of the first batch.</param>
    /// <param name="error">The answer.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    public void OnRefused(ReadOnlySpan<byte> records, ErrorCode error, long nowMs)
    {
        if (records.Length < RecordBatchHeader.Size)
            return;
        lock (_lock)
            _refused.Add(RecordBatchHeader.Read(records), error, message: null, nowMs);
    }

    private SequenceCheck CheckProducer(ReadOnlySpan<byte> records, in TransactionAppend transaction, long nowMs)
    {
        var batch = RecordBatchHeader.Read(records);
        if (!batch.IsControl)
        {
            var check = _producers.Check(batch, transaction);
            var mayStandBehind = check.Duplicate is null && check.Error is ErrorCode.None or ErrorCode.OutOfOrderSequenceNumber;
            return mayStandBehind && _refused.Find(batch, nowMs) is var (error, message)
                ? new SequenceCheck(error, message ?? $"{TopicPartition}: a batch before this one was refused")
                : check;
        }
        return EndTransactionMarker.Read(records[..batch.SizeInBytes]) is { } marker
            ? _producers.Check(batch, marker, transaction)
            : default;
    }

    private LogAppendInfo Write(
        ReadOnlySpan<byte> records, long first, long last, long maxTimestamp, LogConfig config, long nowMs,
        in TransactionAppend transaction = default)
    {
        try
        {
            if (!config.MayUseReserve && _logDirectory.Reserve?.Claim(records.Length) == false)
                config = config with { Preallocate = false };
            if (_segments.Active.ShouldRoll(config, records.Length, maxTimestamp, last, RollJitterMs(config), nowMs))
                RollAt(first, nowMs);
            _segments.Active.Append(records, config, nowMs);
            _logDirectory.ReportRoom();
        }
        catch (DiskFullException full)
        {
            _logDirectory.ReportFull(full, nowMs);
            _refused.Add(RecordBatchHeader.Read(records), ErrorCode.KafkaStorageError, full.Message, nowMs);
            return LogAppendInfo.Failed(
                ErrorCode.KafkaStorageError, $"{TopicPartition}: {full.Message}", LogStartOffset);
        }
        catch (IOException error)
        {
            throw Fail("appending", error);
        }
        Learn(records, transaction.BumpsEpoch);
        if (_firstUnflushedMs < 0)
            _firstUnflushedMs = nowMs;
        var active = _segments.Active;
        Volatile.Write(ref _end, new LogOffsetMetadata(last + 1, active.BaseOffset, active.Size));
        return Appended(first, last, -1);
    }

    // Producers and leader epochs follow what was written, whoever sent it.
    private void Learn(ReadOnlySpan<byte> records, bool bumpsEpoch)
    {
        var touchesTransactions = false;
        for (var rest = records; rest.Length > 0;)
        {
            var header = RecordBatchHeader.Read(rest);
            touchesTransactions |= header.IsTransactional;
            if (header.IsControl)
                LearnMarker(header, rest[..header.SizeInBytes], bumpsEpoch);
            else
                LearnProducer(header);
            _leaderEpochs.Assign(header.PartitionLeaderEpoch, header.BaseOffset);
            rest = rest[header.SizeInBytes..];
        }
        if (touchesTransactions)
            PublishFirstUnstable();
    }

    private void LearnProducer(in RecordBatchHeader header)
    {
        _producers.Update(header);
        _refused.Forget(header.ProducerId);
    }

    private void LearnMarker(in RecordBatchHeader header, ReadOnlySpan<byte> batch, bool bumpsEpoch)
    {
        var marker = header.HasProducerId ? EndTransactionMarker.Read(batch) : null;
        if (_producers.Update(header, marker, bumpsEpoch) is { IsAborted: true } aborted)
            _segments.Active.AbortedTransactions.Append(new AbortedTransaction(aborted.ProducerId, aborted.FirstOffset,
                aborted.LastOffset, _producers.Transactions.LastStableOffsetAfter(aborted)));
    }

    // Both fields lie outside of the CRC.
    private static void AssignOffsets(Span<byte> records, long offset, int leaderEpoch)
    {
        for (var rest = records; rest.Length > 0;)
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, offset);
            BinaryPrimitives.WriteInt32BigEndian(rest[RecordBatchHeader.PartitionLeaderEpochPosition..], leaderEpoch);
            offset += BinaryPrimitives.ReadInt32BigEndian(rest[RecordBatchHeader.LastOffsetDeltaPosition..]) + 1L;
            rest = rest[(BinaryPrimitives.ReadInt32BigEndian(rest[RecordBatchHeader.LengthPosition..]) +
                RecordBatchHeader.LogOverhead)..];
        }
    }

    private LogAppendInfo Appended(long first, long last, long appendTime) => new()
    {
        FirstOffset = first,
        LastOffset = last,
        LogAppendTime = appendTime,
        LogStartOffset = LogStartOffset,
    };

    // The topic was deleted or the node shuts down: clients look for the partition elsewhere.
    private LogAppendInfo Closed() =>
        LogAppendInfo.Failed(ErrorCode.NotLeaderOrFollower, $"{TopicPartition}: the log is closed");

    private static long AppendTime(LogConfig config, long timeMs) =>
        config.TimestampType == TimestampType.LogAppendTime ? timeMs : -1;

    // The same for a log at every start, so that restarts do not move its rolls.
    private long RollJitterMs(LogConfig config)
    {
        if (config.SegmentJitterMs <= 0)
            return 0;
        var hash = 17u;
        foreach (var letter in TopicPartition.Topic)
            hash = hash * 31 + letter;
        return (hash + (uint)TopicPartition.Partition * 2654435761u) % Math.Min(
            config.SegmentJitterMs, config.SegmentMs);
    }
}
