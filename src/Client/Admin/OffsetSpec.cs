namespace Platform.Client.Admin;

/// <summary>Which offset of a partition is asked for.</summary>
public readonly record struct OffsetSpec
{
    private OffsetSpec(long timestamp) => Timestamp = timestamp;

    /// <summary>As in ListOffsets: a time in ms since 1970, or a negative number with a meaning of its own.</summary>
    public long Timestamp { get; }

    /// <summary>The end of the partition: the offset that the next record gets.</summary>
    public static OffsetSpec Latest => new(-1);

    /// <summary>The start of the partition.</summary>
    public static OffsetSpec Earliest => new(-2);

    /// <summary>The record with the largest timestamp (KIP-734).</summary>
    public static OffsetSpec MaxTimestamp => new(-3);

    /// <summary>The first offset on the leader's disk; what is before it lies in remote storage (KIP-405).</summary>
    public static OffsetSpec EarliestLocal => new(-4);

    /// <summary>The last offset that is in remote storage (KIP-1005).</summary>
    public static OffsetSpec LatestTiered => new(-5);

    /// <summary>The first offset that is not in remote storage yet (KIP-1023).</summary>
    public static OffsetSpec EarliestPendingUpload => new(-6);

    /// <summary>The first record whose timestamp is at least this, in ms since 1970.</summary>
    public static OffsetSpec ForTimestamp(long timestampMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestampMs);
        return new OffsetSpec(timestampMs);
    }
}

/// <summary>An offset of a partition.</summary>
/// <param name="Offset">The offset; -1 when no record matches.</param>
/// <param name="Timestamp">The record's timestamp in ms since 1970; -1 for the start and the end.</param>
/// <param name="LeaderEpoch">Leader epoch at the offset, or -1.</param>
/// <param name="Error">Why there is no answer, or none.</param>
public sealed record ListOffsetsResult(
    long Offset, long Timestamp, int LeaderEpoch, Platform.Protocol.ErrorCode Error = Platform.Protocol.ErrorCode.None);
