using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>What batches copied from a leader are: how many bytes of whole batches, which offsets.</summary>
internal readonly record struct FollowerRecords
{
    internal ErrorCode Error { get; private init; }
    internal string? Message { get; private init; }
    internal int Bytes { get; private init; }
    internal long FirstOffset { get; private init; }
    internal long LastOffset { get; private init; }
    internal long MaxTimestamp { get; private init; }

    /// <summary>Offsets are missing between batches.</summary>
    internal bool HasGaps { get; private init; }

    /// <summary>Checks checksums and that offsets grow; compaction may have left gaps.</summary>
    internal static FollowerRecords Check(ReadOnlySpan<byte> records, long logEndOffset, int leaderEpoch)
    {
        var (bytes, first, last, maxTimestamp, hasGaps) = (0, -1L, logEndOffset - 1, -1L, false);
        while (records.Length - bytes >= RecordBatchHeader.Size)
        {
            var header = RecordBatchHeader.Read(records[bytes..]);
            if (!HeaderScanner.IsPlausible(header))
                return Failed(ErrorCode.CorruptMessage, $"no batch begins at byte {bytes} of {records.Length}");
            if (header.SizeInBytes > records.Length - bytes)
                break;
            if (!RecordBatchHeader.IsValidCrc(records.Slice(bytes, header.SizeInBytes)))
                return Failed(
                    ErrorCode.CorruptMessage, $"the batch at offset {header.BaseOffset} does not match its CRC");
            if (header.BaseOffset <= last)
                return Failed(ErrorCode.OffsetOutOfRange,
                    $"the batch at offset {header.BaseOffset} does not continue the log, which ends at {last + 1}");
            hasGaps |= first >= 0 && header.BaseOffset > last + 1;
            if (header.PartitionLeaderEpoch > leaderEpoch)
                return Failed(ErrorCode.UnknownLeaderEpoch, $"the batch at offset {header.BaseOffset} is of epoch " +
                    $"{header.PartitionLeaderEpoch}, which a leader of epoch {leaderEpoch} cannot have");
            first = first < 0 ? header.BaseOffset : first;
            last = header.LastOffset;
            maxTimestamp = Math.Max(maxTimestamp, header.MaxTimestamp);
            bytes += header.SizeInBytes;
        }
        return new FollowerRecords { Bytes = bytes, FirstOffset = first, LastOffset = last,
            MaxTimestamp = maxTimestamp, HasGaps = hasGaps };
    }

    private static FollowerRecords Failed(ErrorCode error, string message) =>
        new() { Error = error, Message = message };
}
