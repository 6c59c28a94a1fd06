using Platform.Protocol;
using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>The rules about single records of a batch: form, keys of compacted topics, timestamps.</summary>
internal readonly ref struct RecordCheck
{
    private const long NoTimestamp = long.MaxValue;

    internal ErrorCode Error { get; private init; }
    internal string? Message { get; private init; }
    internal IReadOnlyList<RecordError>? RecordErrors { get; private init; }

    /// <summary>Largest timestamp of the records; -1 when they have none.</summary>
    internal long MaxTimestamp { get; private init; }

    /// <summary>Offset deltas are 0, 1, 2, ... Old clients compute them otherwise; they are rewritten, not
    /// refused.</summary>
    internal bool IsSequence { get; private init; }

    // Of the records that have one; NoTimestamp when none has.
    private long MinTimestamp { get; init; }

    private bool HasTimestamps => MaxTimestamp != -1 || MinTimestamp != NoTimestamp;

    private bool HasKeys { get; init; }

    internal static RecordCheck Run(
        scoped ReadOnlySpan<byte> plain, scoped in RecordBatchHeader batch, LogConfig config, AppendOrigin origin,
        long nowMs)
    {
        var check = Scan(plain, batch);
        if (check.Error != ErrorCode.None)
            return check;
        var needKey = config.IsCompacted && !batch.IsControl;
        var checkTime = origin == AppendOrigin.Client && config.TimestampType == TimestampType.CreateTime;
        var isRefused = needKey && !check.HasKeys ||
            checkTime && check.HasTimestamps &&
            !(IsInRange(check.MinTimestamp, nowMs, config) && IsInRange(check.MaxTimestamp, nowMs, config));
        return isRefused ? Refuse(plain, batch, config, needKey, checkTime, nowMs) : check;
    }

    // One pass without a decision for each record: whether any breaks a rule shows in what they have in common.
    private static RecordCheck Scan(scoped ReadOnlySpan<byte> plain, scoped in RecordBatchHeader batch)
    {
        var scanner = new RecordScanner(plain);
        var (appendTime, baseTimestamp, count) = (batch.IsLogAppendTime, batch.BaseTimestamp, batch.RecordCount);
        var (max, min, isSequence, hasKeys) = (-1L, NoTimestamp, true, true);
        for (var i = 0; i < count; i++)
        {
            if (!scanner.MoveNext())
                return Malformed($"Record {i} of {count} is malformed", i);
            var timestamp = appendTime ? batch.MaxTimestamp : baseTimestamp + scanner.TimestampDelta;
            max = Math.Max(max, timestamp);
            if (timestamp != -1)
                min = Math.Min(min, timestamp);
            isSequence &= scanner.OffsetDelta == i;
            hasKeys &= scanner.HasKey;
        }
        if (!scanner.IsAtEnd)
            return Malformed($"Bytes are left behind the last of {count} records", count - 1);
        return new RecordCheck { MaxTimestamp = max, MinTimestamp = min, IsSequence = isSequence, HasKeys = hasKeys };
    }

    // At least one record breaks a rule: finds which.
    private static RecordCheck Refuse(scoped ReadOnlySpan<byte> plain, scoped in RecordBatchHeader batch,
        LogConfig config, bool needKey, bool checkTime, long nowMs)
    {
        var scanner = new RecordScanner(plain);
        var errors = new List<RecordError>();
        var error = ErrorCode.None;
        for (var i = 0; errors.Count < LogValidator.RecordErrorsMax && scanner.MoveNext(); i++)
        {
            var timestamp = batch.IsLogAppendTime ? batch.MaxTimestamp : batch.BaseTimestamp + scanner.TimestampDelta;
            if (needKey && !scanner.HasKey)
                Add(errors, ref error, ErrorCode.InvalidRecord, i, "Compacted topics take no record without a key");
            else if (checkTime && timestamp != -1 && !IsInRange(timestamp, nowMs, config))
                Add(errors, ref error, ErrorCode.InvalidTimestamp, i, OutOfRange(timestamp, nowMs, config));
        }
        return new RecordCheck { Error = error, Message = errors[0].Message, RecordErrors = errors };
    }

    /// <summary>The same records with offset deltas 0, 1, 2, ...</summary>
    internal static PooledBuffer WithSequentialOffsets(ReadOnlySpan<byte> plain)
    {
        var rewritten = new PooledBuffer(plain.Length + 64);
        var scanner = new RecordScanner(plain);
        for (var i = 0; !scanner.IsAtEnd && scanner.MoveNext(); i++)
        {
            var before = plain[scanner.BeforeOffsetDelta];
            var after = plain[scanner.AfterOffsetDelta];
            WriteVarint(rewritten, before.Length + VarintBytes(i) + after.Length);
            rewritten.Write(before);
            WriteVarint(rewritten, i);
            rewritten.Write(after);
        }
        return rewritten;
    }

    private static bool IsInRange(long timestamp, long nowMs, LogConfig config) => timestamp >= 0 &&
        nowMs - timestamp <= config.MessageTimestampBeforeMaxMs &&
            timestamp - nowMs <= config.MessageTimestampAfterMaxMs;

    private static string OutOfRange(long timestamp, long nowMs, LogConfig config) =>
        $"Timestamp {timestamp} is too far from the broker's time {nowMs}: at most " +
        $"{config.MessageTimestampBeforeMaxMs} ms before (message.timestamp.before.max.ms) and " +
        $"{config.MessageTimestampAfterMaxMs} ms after it (message.timestamp.after.max.ms) are allowed";

    private static void Add(List<RecordError> errors, ref ErrorCode error, ErrorCode code, int index, string message)
    {
        if (error == ErrorCode.None)
            error = code;
        errors.Add(new RecordError(index, message));
    }

    private static RecordCheck Malformed(string message, int index) => new()
    {
        Error = ErrorCode.InvalidRecord,
        Message = message,
        RecordErrors = [new RecordError(index, message)],
    };

    private static int VarintBytes(int value) =>
        value < 64 ? 1 : value < 8192 ? 2 : value < 1 << 20 ? 3 : value < 1 << 27 ? 4 : 5;

    private static void WriteVarint(PooledBuffer to, int value)
    {
        for (var raw = (uint)value << 1; ; raw >>= 7)
        {
            var last = raw < 0x80;
            to.Write([(byte)(last ? raw : raw & 0x7f | 0x80)]);
            if (last)
                return;
        }
    }
}
