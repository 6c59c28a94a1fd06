using Platform.Protocol;

namespace Platform.Storage;

/// <content>Where new logs go when there are several directories (KIP-858).</content>
public sealed partial class LogManager
{
    /// <summary>The log of a partition. A new one is made in the wanted directory or, when none is wanted, in the one with
    /// the fewest partitions; when that is full or fails, in the next.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="config">Settings of a new log.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    /// <param name="directoryId">Where the log should be; <see cref="LogDirectory.UnknownId"/> when all that is known is
    /// that it is in a directory that failed. Null for anywhere.</param>
    /// <exception cref="LogDirectoryException">The log that is there belongs to another incarnation of the topic: call
    /// <see cref="Delete"/> first.</exception>
    /// <exception cref="KafkaStorageException">No log directory is online, or the one that holds the log is
    /// not.</exception>
    /// <exception cref="DiskFullException">There is no room for a new log; try again later.</exception>
    public UnifiedLog GetOrCreate(
        TopicIdPartition partition, LogConfig config, long nowMs = 0, Uuid? directoryId = null)
    {
        if (!_logs.TryGetValue(partition.TopicPartition, out var log))
        {
            lock (_changes)
            {
                if (!_logs.TryGetValue(partition.TopicPartition, out log))
                    Register(log = Create(partition, config, nowMs, directoryId));
            }
        }
        if (partition.TopicId != Uuid.Zero && log.TopicId != Uuid.Zero && log.TopicId != partition.TopicId)
            throw new LogDirectoryException(
                $"{log.DirectoryPath} belongs to topic id {log.TopicId}, but the topic now " +
                $"has {partition.TopicId}: the directory is of a deleted topic of the same name");
        if (partition.TopicId != Uuid.Zero)
            log.AssignTopicId(partition.TopicId);
        return log;
    }

    private UnifiedLog Create(TopicIdPartition partition, LogConfig config, long nowMs, Uuid? directoryId)
    {
        if (Adopt(partition, directoryId) is { } copy)
            return copy;
        IOException? problem = null;
        foreach (var directory in Candidates(partition.TopicPartition, directoryId))
        {
            try
            {
                return CreateIn(directory, partition, config, nowMs);
            }
            catch (DiskFullException full)
            {
                problem = Report(directory.Directory, full, nowMs);
            }
            catch (KafkaStorageException failed)
            {
                // One that is full has a chance to get room.
                problem ??= failed;
            }
        }
        throw problem!;
    }

    private static IOException Report(LogDirectory directory, DiskFullException full, long nowMs)
    {
        try
        {
            directory.ReportFull(full, nowMs);
            return full;
        }
        catch (KafkaStorageException offline)
        {
            return offline;
        }
    }

    private List<LogDirectoryState> Candidates(TopicPartition partition, Uuid? directoryId)
    {
        var allowed = Array.FindAll(
            _directories, state => _options.MayHold?.Invoke(partition, state.Directory.Path) ?? true);
        var wanted = Array.Find(allowed, state => state.Directory.Id == directoryId);
        var preferred = directoryId is null ? TakePreferred(partition) : null;
        var lost = wanted ?? Array.Find(allowed, state => state.Directory.Id == LogDirectory.UnknownId);
        // Made anew elsewhere it would be empty, and be counted among replicas that hold what was acknowledged.
        if (directoryId is not null && lost is { Directory.Failure: { } failure })
            throw new KafkaStorageException(
                lost.Directory.Path, $"{partition} lies in a log directory that is offline", failure);
        var online = allowed.Where(static state => state.Directory.Failure is null)
            .OrderBy(state => state == wanted || state.Directory.Path == preferred ? -1 : state.LogCount).ToList();
        return online.Count > 0 ? online : throw new KafkaStorageException(
            allowed[0].Directory.Path, $"Every log directory that may hold {partition} is offline");
    }

    private UnifiedLog CreateIn(LogDirectoryState directory, TopicIdPartition partition, LogConfig config, long nowMs)
    {
        if (directory.Forget(partition.TopicPartition))
            CheckpointRecoveryPoints(directory);
        var log = Open(directory, partition.TopicPartition, config, wasClean: true, nowMs);
        try
        {
            if (partition.TopicId != Uuid.Zero && log.TopicId == Uuid.Zero)
                log.AssignTopicId(partition.TopicId);
            return log;
        }
        catch (DiskFullException)
        {
            log.ReleaseFiles();
            UnifiedLog.Discard(_files, log.DirectoryPath);
            throw;
        }
    }

    // Of all directories the same, or somebody else has written to one of them.
    private long ReadPreviousEpoch()
    {
        if (Array.Exists(_directories, static state => state.Directory.Failure is not null))
            return -1;
        var epochs = Array.ConvertAll(_directories, static state => state.CleanShutdown.ReadBrokerEpoch());
        return epochs.Distinct().Count() == 1 ? epochs[0] : -1;
    }
}
