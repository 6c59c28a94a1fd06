namespace Platform.Storage;

/// <content>The checkpoints: offsets of all partitions of a directory in one file each.</content>
public sealed partial class LogManager
{
    /// <summary>Writes the high watermarks; to be called every
    /// <c>replica.high.watermark.checkpoint.interval.ms</c>.</summary>
    public void CheckpointHighWatermarks() =>
        Checkpoint(directory => directory.HighWatermarks, static log => log.HighWatermark, static _ => true);

    /// <summary>Writes up to where each log is flushed; to be called every
    /// <c>log.flush.offset.checkpoint.interval.ms</c>.</summary>
    public void CheckpointRecoveryPoints()
    {
        foreach (var directory in _directories)
            CheckpointRecoveryPoints(directory);
    }

    /// <summary>Writes the log start offsets that no segment begins with, and those of all tiered logs; to be called
    /// every <c>log.flush.start.offset.checkpoint.interval.ms</c>.</summary>
    public void CheckpointLogStartOffsets()
    {
        foreach (var directory in _directories)
            CheckpointLogStartOffsets(directory);
    }

    private void CheckpointLogStartOffsets(LogDirectoryState directory) => Checkpoint(
        directory, directory.LogStartOffsets, static log => log.LogStartOffset,
        static log => log.LogStartOffset != log.FirstSegmentOffset || log.Config.RemoteStorageEnable);

    /// <summary>Writes up to where logs are compacted.</summary>
    public void CheckpointCleanedOffsets()
    {
        foreach (var directory in _directories)
            CheckpointCleanedOffsets(directory);
    }

    /// <summary>Writes all of the above, after a partition has moved from one directory to another.</summary>
    public void CheckpointMove()
    {
        CheckpointRecoveryPoints();
        CheckpointHighWatermarks();
        CheckpointLogStartOffsets();
        CheckpointCleanedOffsets();
    }

    private void Checkpoint(
        Func<LogDirectoryState, OffsetTable> table, Func<UnifiedLog, long> offset, Func<UnifiedLog, bool> isKept)
    {
        foreach (var directory in _directories)
            Checkpoint(directory, table(directory), offset, isKept);
    }

    private void Checkpoint(LogDirectoryState directory, OffsetTable table, Func<UnifiedLog, long> offset,
        Func<UnifiedLog, bool> isKept)
    {
        if (directory.Directory.Failure is not null)
            return;
        var offsets = AllLogs.Where(log => log.LogDirectory == directory.Directory && isKept(log))
            .Select(log => KeyValuePair.Create(log.TopicPartition, offset(log))).ToList();
        if (!_futures.IsEmpty)
            offsets.Sort(static (a, b) => a.Key.CompareTo(b.Key));
        table.Write(directory.Directory, offsets);
    }

    private void CheckpointRecoveryPoints(LogDirectoryState directory) => Checkpoint(
        directory, directory.RecoveryPoints, static log => log.RecoveryPoint, static _ => true);

    private void CheckpointCleanedOffsets(LogDirectoryState directory) => Checkpoint(directory,
        directory.CleanedOffsets, static log => log.CleanedOffset ?? 0, static log => log.CleanedOffset is not null);
}
