using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>ListOffsets over a log whose older part is in remote storage.</summary>
/// <param name="lookup">Searches in remote storage.</param>
/// <param name="timeoutMs">remote.list.offsets.request.timeout.ms, as it is now.</param>
internal sealed class RemoteListOffsets(RemoteTimestampLookup lookup, Func<long> timeoutMs)
{
    /// <summary>True when a part of the log is in remote storage only, and the answer may lie there.</summary>
    public static bool IsNeeded(UnifiedLog log, long timestamp) =>
        (timestamp >= 0 || timestamp == UnifiedLog.MaxTimestamp)
        && log.Config.RemoteStorageEnable && log.LogStartOffset < log.LocalLogStartOffset;

    /// <summary>The record that a timestamp asks for, remote or local; null when there is none.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="timestamp">In ms since 1970, or <see cref="UnifiedLog.MaxTimestamp"/>.</param>
    /// <param name="limitMs">How long the client waits; not above 0 when it does not say.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">Remote storage failed.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<(long Offset, long Timestamp, int Epoch)?> FindAsync(
        Partition partition, long timestamp, int limitMs, CancellationToken cancellation)
    {
        var limit = limitMs > 0 ? limitMs : timeoutMs();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(TimeSpan.FromMilliseconds(limit));
        var log = partition.Log;
        var isLargest = timestamp == UnifiedLog.MaxTimestamp;
        var remote = isLargest
            ? await lookup.FindLargestAsync(partition, stop.Token) : await lookup.FindAsync(partition, timestamp, stop.Token);
        if (remote is { } found && !isLargest)
            return (found.Offset, found.Timestamp, log.EpochForOffset(found.Offset) ?? -1);
        var local = log.OffsetForTimestamp(timestamp);
        if (remote is { } old && (local is null || old.Timestamp > local.Value.Timestamp))
            return (old.Offset, old.Timestamp, log.EpochForOffset(old.Offset) ?? -1);
        return local is { } at ? (at.Offset, at.Timestamp, at.LeaderEpoch ?? -1) : null;
    }
}
