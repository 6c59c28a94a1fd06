using Platform.Protocol;

namespace Platform.Storage;

/// <summary>Why a copy is deleted.</summary>
public enum RemoteDeletionReason
{
    /// <summary>Its copying, or its deletion, was begun and never finished.</summary>
    Leftover,
    /// <summary>All of it lies before the log's first offset.</summary>
    BelowLogStart,
    /// <summary><c>retention.ms</c> is over.</summary>
    RetentionTime,
    /// <summary>The log is larger than <c>retention.bytes</c>.</summary>
    RetentionSize,
    /// <summary>It holds records that this log never had, or other copies hold all of it.</summary>
    Unreferenced,
}

/// <summary>What decides which copies are deleted.</summary>
public sealed record RemoteRetentionInput
{
    /// <summary>Copies that are not deleted entirely, by first offset.</summary>
    public required IReadOnlyList<RemoteLogSegmentMetadata> Segments { get; init; }

    /// <summary>False for copies that nobody reads.</summary>
    public required Func<RemoteLogSegmentMetadata, bool> IsReferenced { get; init; }

    /// <summary>Epochs of the leader's log.</summary>
    public required LeaderEpochLineage Lineage { get; init; }

    /// <summary>Copies that are being made at this moment.</summary>
    public required IReadOnlySet<Uuid> InProgress { get; init; }

    /// <summary>First offset of the log, remote part included.</summary>
    public required long LogStartOffset { get; init; }

    /// <summary>Bytes of local segments that are not in remote storage.</summary>
    public required long OnlyLocalBytes { get; init; }

    /// <summary><c>retention.ms</c>; -1 for no limit.</summary>
    public required long RetentionMs { get; init; }

    /// <summary><c>retention.bytes</c> over all that the log has, remote and local; -1 for no limit.</summary>
    public required long RetentionBytes { get; init; }

    /// <summary>The time, in ms since 1970.</summary>
    public required long NowMs { get; init; }
}

/// <summary>What is deleted.</summary>
/// <param name="Deleted">Copies and reasons, oldest first.</param>
/// <param name="LogStartOffset">First offset of the log afterwards: to be made known before the first copy goes.</param>
public readonly record struct RemoteRetentionPlan(
    IReadOnlyList<(RemoteLogSegmentMetadata Segment, RemoteDeletionReason Reason)> Deleted, long LogStartOffset);

/// <summary>Decides which copies go (KIP-405). Pure. By time and size only from the front: one that must stay keeps all
/// behind it, since the log has one begin.</summary>
public static class RemoteRetentionPolicy
{
    /// <summary>The copies to delete now.</summary>
    public static RemoteRetentionPlan Choose(RemoteRetentionInput input)
    {
        var deleted = new List<(RemoteLogSegmentMetadata, RemoteDeletionReason)>();
        var live = new List<RemoteLogSegmentMetadata>();
        foreach (var segment in input.Segments)
        {
            if (input.InProgress.Contains(segment.RemoteLogSegmentId.Id))
                continue;
            if (WhyUseless(segment, input) is { } reason)
                deleted.Add((segment, reason));
            else
                live.Add(segment);
        }
        var start = Expire(live, input, deleted);
        return new RemoteRetentionPlan(deleted, start);
    }

    private static RemoteDeletionReason? WhyUseless(RemoteLogSegmentMetadata segment, RemoteRetentionInput input)
    {
        if (segment.State != RemoteLogSegmentState.CopySegmentFinished)
            return RemoteDeletionReason.Leftover;
        if (segment.EndOffset < input.LogStartOffset)
            return RemoteDeletionReason.BelowLogStart;
        // One that holds both what this log has and what it never had is read as far as it is right.
        return input.Lineage.Overlaps(segment) && input.IsReferenced(segment)
            ? null : RemoteDeletionReason.Unreferenced;
    }

    private static long Expire(List<RemoteLogSegmentMetadata> live, RemoteRetentionInput input,
        List<(RemoteLogSegmentMetadata, RemoteDeletionReason)> deleted)
    {
        var total = input.OnlyLocalBytes;
        foreach (var segment in live)
            total += segment.SegmentSizeInBytes;
        var start = input.LogStartOffset;
        foreach (var segment in live)
        {
            RemoteDeletionReason? reason = IsOld(segment, input) ? RemoteDeletionReason.RetentionTime
                : input.RetentionBytes >= 0 && total - segment.SegmentSizeInBytes >= input.RetentionBytes
                    ? RemoteDeletionReason.RetentionSize : null;
            if (reason is null)
                break;
            total -= segment.SegmentSizeInBytes;
            start = Math.Max(start, segment.EndOffset + 1);
            deleted.Add((segment, reason.Value));
        }
        return start;
    }

    private static bool IsOld(RemoteLogSegmentMetadata segment, RemoteRetentionInput input) =>
        input.RetentionMs >= 0 && input.NowMs - segment.MaxTimestampMs > input.RetentionMs;
}
