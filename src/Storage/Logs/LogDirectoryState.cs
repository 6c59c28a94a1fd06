using Platform.Protocol;

namespace Platform.Storage;

/// <summary>A log directory that this process holds: its lock, whose it is, and its checkpoints.</summary>
internal sealed class LogDirectoryState : IDisposable
{
    internal const string LockFile = ".lock";

    /// <summary>From so many unflushed logs on, flushing the whole volume is quicker than flushing each.</summary>
    internal const int VolumeSyncMin = 16;

    private readonly IFileSystem _files;
    private readonly IDisposable? _lock;
    private readonly IVolume? _volume;

    private LogDirectoryState(
        IFileSystem files, string path, MetaProperties properties, IDisposable @lock, LogManagerOptions options)
    {
        _files = files;
        _lock = @lock;
        _volume = files.OpenVolume(path);
        Directory = new LogDirectory(path)
        {
            Id = properties.DirectoryId,
            Reserve = options.ReserveBytes > 0 ? new DiskReserve(files, path, options.ReserveBytes) : null,
            FailsWhenFull = options.FailsWhenFull,
        };
        Properties = properties;
        RecoveryPoints = new OffsetTable(files, path, OffsetCheckpoint.RecoveryPointFile);
        LogStartOffsets = new OffsetTable(files, path, OffsetCheckpoint.LogStartFile);
        HighWatermarks = new OffsetTable(files, path, OffsetCheckpoint.HighWatermarkFile);
        CleanedOffsets = new OffsetTable(files, path, OffsetCheckpoint.CleanerFile);
        CleanShutdown = new CleanShutdownFile(files, path);
    }

    // The disk does not even let us see whose directory it is: nothing but its path is ever used.
    private LogDirectoryState(IFileSystem files, string path, LogManagerOptions options, IOException failure)
    {
        _files = files;
        Directory = new LogDirectory(path);
        Directory.Fail("The log directory cannot be read", failure);
        Properties = new MetaProperties(options.ClusterId ?? "", options.NodeId, LogDirectory.UnknownId);
        RecoveryPoints = LogStartOffsets = HighWatermarks = CleanedOffsets = null!;
        CleanShutdown = null!;
    }

    internal LogDirectory Directory { get; }
    internal MetaProperties Properties { get; }

    /// <summary>Logs in the directory; guarded by the manager's lock.</summary>
    internal int LogCount { get; set; }

    internal OffsetTable RecoveryPoints { get; }
    internal OffsetTable LogStartOffsets { get; }
    internal OffsetTable HighWatermarks { get; }
    internal OffsetTable CleanedOffsets { get; }
    internal CleanShutdownFile CleanShutdown { get; }

    /// <summary>Opens all, or none.</summary>
    internal static LogDirectoryState[] OpenAll(IFileSystem files, LogManagerOptions options)
    {
        var opened = new List<LogDirectoryState>();
        try
        {
            foreach (var path in options.LogDirectories)
                opened.Add(TryOpen(files, path, options));
            if (opened.TrueForAll(static state => state.Directory.Failure is not null))
                throw opened[0].Directory.Failure!;
            RequireDistinct(opened);
            return [.. opened];
        }
        catch
        {
            opened.ForEach(state => state.Dispose());
            throw;
        }
    }

    /// <summary>The partitions that the directory holds, in order, and copies on their way into it. Those on their way out are
    /// handed over for deletion.</summary>
    internal List<StoredPartition> ListPartitions(DeletionQueue deletions)
    {
        var partitions = new List<StoredPartition>();
        foreach (var entry in _files.List(Directory.Path).Where(entry => entry.IsDirectory))
        {
            if (entry.Name.EndsWith(LogFileNames.DeleteDirectory, StringComparison.Ordinal))
                deletions.Add(Path.Combine(Directory.Path, entry.Name), isDirectory: true, long.MinValue);
            else if (LogFileNames.TryParseFuture(entry.Name, out var future))
                partitions.Add(new StoredPartition(future, entry.Name));
            else if (!IsSetAside(entry.Name) && LogFileNames.TryParsePartition(entry.Name, out var partition))
                partitions.Add(new StoredPartition(partition, entry.Name));
        }
        partitions.Sort(static (a, b) => a.Partition.CompareTo(b.Partition));
        return partitions;
    }

    /// <summary>A new partition must not inherit the offsets of a deleted one of the same name.</summary>
    /// <returns>True when a recovery point of it is on disk.</returns>
    internal bool Forget(TopicPartition partition)
    {
        var isOnDisk = RecoveryPoints.IsOnDisk(partition);
        RecoveryPoints.Forget(partition);
        LogStartOffsets.Forget(partition);
        HighWatermarks.Forget(partition);
        CleanedOffsets.Forget(partition);
        return isOnDisk;
    }

    /// <summary>Closes logs in order. Many that were written since their last flush are flushed by one call.</summary>
    internal void Close(List<UnifiedLog> logs)
    {
        var unflushed = logs.FindAll(log => log.RecoveryPoint < log.LogEndOffset);
        if (_volume is null || unflushed.Count < VolumeSyncMin)
        {
            logs.ForEach(log => log.Close());
            return;
        }
        logs.ForEach(log => log.CloseUnflushed());
        try
        {
            _volume.Sync();
        }
        catch (IOException error)
        {
            throw Directory.Fail("Flushing", error);
        }
        logs.ForEach(log => log.SetFlushed());
    }

    public void Dispose()
    {
        _volume?.Dispose();
        _lock?.Dispose();
    }

    // A directory that is not ours ends the start; one whose disk is broken is offline, and the others serve.
    private static LogDirectoryState TryOpen(IFileSystem files, string path, LogManagerOptions options)
    {
        try
        {
            return Open(files, path, options);
        }
        catch (IOException error) when (error is not (LogDirectoryException or CorruptLogException))
        {
            return new LogDirectoryState(files, path, options, error);
        }
    }

    private static LogDirectoryState Open(IFileSystem files, string path, LogManagerOptions options)
    {
        if (!files.DirectoryExists(path) || MetaProperties.Read(files, path) is not { } properties)
            throw new LogDirectoryException($"{path} is not formatted: it holds no {MetaProperties.FileName}. " +
                "Format it with 'platform storage format', or correct log.dirs");
        if (options.ClusterId is { } clusterId && properties.ClusterId != clusterId)
            throw new LogDirectoryException(
                $"{path} belongs to cluster '{properties.ClusterId}', but this node is of " +
                $"cluster '{clusterId}': correct log.dirs or the cluster id");
        if (properties.NodeId != options.NodeId)
            throw new LogDirectoryException($"{path} belongs to node {properties.NodeId}, but node.id is " +
                $"{options.NodeId}: correct log.dirs or node.id");
        var @lock = files.TryLock(Path.Combine(path, LockFile)) ?? throw new LogDirectoryException(
            $"{path} is in use: another process, or another node of this one, holds {LockFile}");
        try
        {
            return new LogDirectoryState(files, path, properties, @lock, options);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    private static void RequireDistinct(List<LogDirectoryState> opened)
    {
        var twice = opened.Where(static state => state.Directory.Failure is null)
            .GroupBy(state => state.Properties.DirectoryId).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null)
            throw new LogDirectoryException(
                $"{string.Join(" and ", twice.Select(state => state.Directory.Path))} have the " +
                $"same directory.id {twice.Key}: one is a copy, remove it from log.dirs");
    }

    private static bool IsSetAside(string name) =>
        name.EndsWith(LogFileNames.StrayDirectory, StringComparison.Ordinal) ||
        name.EndsWith(LogFileNames.FutureDirectory, StringComparison.Ordinal);
}

/// <summary>A directory of a partition, as its log directory lists it.</summary>
internal readonly record struct StoredPartition(TopicPartition Partition, string Name);
