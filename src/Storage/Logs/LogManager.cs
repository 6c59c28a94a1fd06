using System.Collections.Concurrent;
using Platform.Protocol;

namespace Platform.Storage;

/// <summary>Settings of a <see cref="LogManager"/>.</summary>
public sealed record LogManagerOptions
{
    /// <summary><c>log.dirs</c>.</summary>
    public required IReadOnlyList<string> LogDirectories { get; init; }
    /// <summary>Id that <c>meta.properties</c> must name; null accepts any.</summary>
    public string? ClusterId { get; init; }
    /// <summary>Node id that <c>meta.properties</c> must name.</summary>
    public required int NodeId { get; init; }
    /// <summary>Settings of logs whose topic has none of its own.</summary>
    public LogConfig DefaultConfig { get; init; } = LogConfig.Default;
    /// <summary><c>num.recovery.threads.per.data.dir</c>: logs opened at the same time; 1 opens them one by one on the
    /// caller's thread.</summary>
    public int RecoveryThreads { get; init; } = 2;
    /// <summary><c>producer.id.expiration.ms</c>.</summary>
    public long ProducerIdExpirationMs { get; init; } = 24L * 60 * 60 * 1000;
    /// <summary><c>platform.log.dir.reserve.bytes</c>: bytes of each directory's disk that clients' records leave free.
    /// </summary>
    public long ReserveBytes { get; init; }
    /// <summary><c>platform.log.dir.when.full</c>: a full disk takes its directory offline.</summary>
    public bool FailsWhenFull { get; init; }
    /// <summary>May a new partition be placed in a directory? Null: every partition in all of them.</summary>
    public Func<TopicPartition, string, bool>? MayHold { get; init; }
    /// <summary>May the log of a partition begin in remote storage (KIP-405)? Null: none does.</summary>
    public Func<TopicPartition, bool>? MayBeTiered { get; init; }
    /// <summary>Is told how far <see cref="LogManager.LoadLogs"/> has come.</summary>
    public LoadProgress Progress { get; init; } = new();
    /// <summary>Makes ids for the names of directories that await deletion.</summary>
    public Func<Uuid> NewId { get; init; } = Uuid.Random;
}

/// <summary>What <see cref="LogManager.LoadLogs"/> found.</summary>
/// <param name="Logs">Logs opened.</param>
/// <param name="UncleanDirectories">Log directories that were not closed in order.</param>
/// <param name="Recovery">What had to be repaired, summed.</param>
public readonly record struct LoadReport(int Logs, int UncleanDirectories, LogRecoveryReport Recovery);

/// <summary>
/// All logs of a node. Opens and recovers them, keeps their checkpoints, deletes what expired. It starts no threads
/// and no timers: the host calls the periodic methods. Thread-safe.
/// </summary>
public sealed partial class LogManager : IDisposable
{
    private readonly IFileSystem _files;
    private readonly LogManagerOptions _options;
    private readonly DeletionQueue _deletions;
    private readonly LogDirectoryState[] _directories;
    private readonly ConcurrentDictionary<TopicPartition, UnifiedLog> _logs = new();
    private readonly Lock _changes = new();
    private UnifiedLog[]? _sorted;

    /// <summary>Locks the log directories and checks whose they are.</summary>
    /// <exception cref="LogDirectoryException">A directory is not formatted, belongs to another cluster or node, or is
    /// in use by another process; the message names it and says what to do.</exception>
    public LogManager(IFileSystem files, LogManagerOptions options)
    {
        if (options.LogDirectories.Count == 0)
            throw new LogDirectoryException("log.dirs names no directory");
        _files = files;
        _options = options;
        _deletions = new DeletionQueue(files);
        Cleaner = new LogCleaner(this);
        Scrubber = new LogScrubber(this);
        _directories = LogDirectoryState.OpenAll(files, options);
        foreach (var directory in _directories)
        {
            directory.Directory.Failed += failure => LogDirectoryFailed?.Invoke(directory.Directory, failure);
            directory.Directory.Full += full => LogDirectoryFull?.Invoke(directory.Directory, full);
        }
    }

    /// <summary>A log directory went offline. Called on the thread that met the failure, perhaps under the lock of a
    /// log: note it and return.</summary>
    public event Action<LogDirectory, KafkaStorageException>? LogDirectoryFailed;

    /// <summary>Called now and then while appends are refused because a disk is full. See
    /// <see cref="LogDirectory.Full"/>.</summary>
    public event Action<LogDirectory, DiskFullException>? LogDirectoryFull;

    /// <summary>Compaction.</summary>
    public LogCleaner Cleaner { get; }

    /// <summary>The search for batches that disks have damaged.</summary>
    public LogScrubber Scrubber { get; }

    /// <summary>The log directories.</summary>
    public IReadOnlyList<LogDirectory> Directories => Array.ConvertAll(_directories, state => state.Directory);

    /// <summary>What <c>meta.properties</c> of each directory says.</summary>
    public IReadOnlyList<MetaProperties> MetaProperties => Array.ConvertAll(_directories, state => state.Properties);

    /// <summary>Epoch of the broker's last run, when every directory was closed in order by it; -1 otherwise
    /// (KIP-966).</summary>
    public long PreviousBrokerEpoch { get; private set; } = -1;

    /// <summary>All logs, by topic and partition.</summary>
    public IReadOnlyList<UnifiedLog> Logs
    {
        get
        {
            if (Volatile.Read(ref _sorted) is { } sorted)
                return sorted;
            lock (_changes)
                return _sorted ??= [.. _logs.Values.OrderBy(log => log.TopicPartition)];
        }
    }

    /// <summary>Renamed files and directories that still wait for deletion.</summary>
    public int DeletionsWaiting => _deletions.Count;

    /// <summary>Opens every partition that the directories hold, and recovers those that were not closed in
    /// order.</summary>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    /// <param name="configOf">Settings of a topic; null for the defaults. Must be thread-safe.</param>
    /// <exception cref="CorruptLogException">A log that was closed in order is damaged; the message names file and
    /// place.</exception>
    /// <exception cref="KafkaStorageException">No log directory can be read. One of several that cannot is offline
    /// afterwards.</exception>
    public LoadReport LoadLogs(long nowMs, Func<string, LogConfig?>? configOf = null)
    {
        var report = new LoadReport();
        PreviousBrokerEpoch = ReadPreviousEpoch();
        foreach (var directory in _directories.Where(static state => state.Directory.Failure is null))
        {
            try
            {
                report = LoadDirectory(directory, nowMs, configOf, report);
            }
            catch (KafkaStorageException) when (_directories.Any(static state => state.Directory.Failure is null))
            {
                continue;       // the directory's event has told; its partitions are offline
            }
        }
        foreach (var future in _futures.Values.ToList())
            OpenFuture(future);
        return report;
    }

    private LoadReport LoadDirectory(
        LogDirectoryState directory, long nowMs, Func<string, LogConfig?>? configOf, LoadReport report)
    {
        var wasClean = directory.CleanShutdown.Exists;
        var partitions = List(directory);
        var opened = new UnifiedLog[partitions.Count];
        _options.Progress.OnFound(partitions.Count);
        try
        {
            ForEach(partitions.Count, i =>
            {
                var (partition, name) = partitions[i];
                opened[i] = Open(directory, partition, configOf?.Invoke(partition.Topic), wasClean, nowMs, name);
                _options.Progress.OnOpened();
            });
        }
        catch (KafkaStorageException)
        {
            foreach (var log in opened)
                log?.ReleaseFiles();
            throw;
        }
        // Only now, so that a start that fails can be repeated; nothing was written yet.
        directory.CleanShutdown.Delete();
        foreach (var log in opened)
        {
            if (log.IsFuture)
                RegisterFuture(log, nowMs);
            else
                Register(log);
        }
        return new LoadReport(report.Logs + opened.Length, report.UncleanDirectories + (wasClean ? 0 : 1),
            opened.Aggregate(report.Recovery, (sum, log) => sum + log.Recovery));
    }

    private List<StoredPartition> List(LogDirectoryState directory)
    {
        try
        {
            return directory.ListPartitions(_deletions);
        }
        catch (IOException error)
        {
            throw directory.Directory.Fail("Listing its partitions failed", error);
        }
    }

    /// <summary>The log of a partition; null when there is none.</summary>
    public UnifiedLog? Get(TopicPartition partition) => _logs.GetValueOrDefault(partition);

    /// <summary>Takes a log away: its directory is renamed at once, and deleted by <see cref="DeleteScheduled"/> after
    /// <c>file.delete.delay.ms</c>.</summary>
    /// <returns>False when there is no such log.</returns>
    public bool Delete(TopicPartition partition, long nowMs = 0)
    {
        DeleteFuture(partition, nowMs);
        if (Unregister(partition) is not { } log)
            return false;
        if (log.LogDirectory.Failure is not null)
        {
            log.ReleaseFiles();     // it stays on the broken disk
            return true;
        }
        SetAside(log, LogFileNames.DeleteDirectory);
        _deletions.Add(log.DirectoryPath, isDirectory: true, nowMs + log.Config.FileDeleteDelayMs);
        return true;
    }

    /// <summary>Takes away the log of a partition that this node no longer hosts, and keeps its data in a directory
    /// ending in <c>-stray</c>.</summary>
    /// <returns>False when there is no such log.</returns>
    public bool MarkStray(TopicPartition partition)
    {
        DeleteFuture(partition);
        if (Unregister(partition) is not { } log)
            return false;
        SetAside(log, LogFileNames.StrayDirectory);
        return true;
    }

    /// <summary>Applies retention to every log; to be called every <c>log.retention.check.interval.ms</c>.</summary>
    /// <returns>Segments deleted.</returns>
    public int CleanupLogs(long nowMs)
    {
        var deleted = 0;
        ForEachOnline(log =>
        {
            deleted += log.DeleteOldSegments(nowMs);
            log.RemoveExpiredProducers(nowMs, _options.ProducerIdExpirationMs);
        });
        if (deleted > 0)
            CheckpointLogStartOffsets();
        return deleted;
    }

    /// <summary>Flushes closed segments and what <c>flush.ms</c> asks for; to be called about every second.</summary>
    public void FlushDirtyLogs(long nowMs) => ForEachOnline(log =>
    {
        if (log.NeedsFlush(nowMs))
            log.FlushDirty(nowMs);
    });

    /// <summary>Deletes a bounded number of renamed files and directories whose delay is over; to be called about every
    /// second.</summary>
    /// <returns>How many.</returns>
    public int DeleteScheduled(long nowMs)
    {
        CloseReplaced(nowMs);
        return _deletions.DeleteDue(nowMs);
    }

    /// <summary>Closes every log in order, writes the checkpoints and marks the directories as clean.</summary>
    /// <param name="brokerEpoch">Epoch of the broker's registration, -1 when unknown.</param>
    public void Shutdown(long brokerEpoch = -1)
    {
        foreach (var directory in _directories.Where(state => state.Directory.Failure is null))
            CloseLogs(directory);
        CheckpointRecoveryPoints();
        CheckpointHighWatermarks();
        CheckpointLogStartOffsets();
        CheckpointCleanedOffsets();
        foreach (var directory in _directories)
        {
            if (directory.Directory.Failure is null)
                directory.CleanShutdown.Write(brokerEpoch);
        }
        Dispose();
    }

    /// <summary>Lets go of files and locks without marking the directories as clean, as after a crash.</summary>
    public void Dispose()
    {
        foreach (var log in AllLogs)
            log.ReleaseFiles();
        CloseReplaced(long.MaxValue);
        foreach (var directory in _directories)
            directory.Dispose();
    }

    private void CloseLogs(LogDirectoryState directory)
    {
        try
        {
            directory.Close([.. AllLogs.Where(log => log.LogDirectory == directory.Directory)]);
        }
        catch (KafkaStorageException)
        {
            return;     // the directory's event has told; it is not marked as clean
        }
    }

    private UnifiedLog Open(
        LogDirectoryState directory, TopicPartition partition, LogConfig? config, bool wasClean, long nowMs,
        string? name = null)
    {
        var path = Path.Combine(directory.Directory.Path, name ?? partition.ToString());
        var context = new LogLoadContext(_files, directory.Directory, path, partition, config ?? _options.DefaultConfig,
            directory.RecoveryPoints.At(partition), directory.LogStartOffsets.At(partition), wasClean, nowMs)
        {
            CleanedOffset = directory.CleanedOffsets.Find(partition),
            GapsExpected = _ => CheckpointCleanedOffsets(directory),
            RecoveryPointLowered = () => CheckpointRecoveryPoints(directory),
            MayBeTiered = directory.LogStartOffsets.Find(partition) is not null && _options.MayBeTiered?.Invoke(partition) == true,
            KeepLogStart = () => CheckpointLogStartOffsets(directory),
        };
        return UnifiedLog.Open(context, _deletions, directory.HighWatermarks.At(partition));
    }

    private void Register(UnifiedLog log)
    {
        lock (_changes)
        {
            if (!_logs.TryAdd(log.TopicPartition, log))
                throw new LogDirectoryException($"{log.DirectoryPath} and {_logs[log.TopicPartition].DirectoryPath} " +
                    $"both hold {log.TopicPartition}: move one of them away");
            StateOf(log).LogCount++;
            _sorted = null;
        }
    }

    private UnifiedLog? Unregister(TopicPartition partition)
    {
        lock (_changes)
        {
            if (!_logs.TryRemove(partition, out var log))
                return null;
            StateOf(log).LogCount--;
            _sorted = null;
            return log;
        }
    }

    private LogDirectoryState StateOf(UnifiedLog log) =>
        Array.Find(_directories, state => state.Directory == log.LogDirectory)!;

    private void SetAside(UnifiedLog log, string suffix)
    {
        var name = LogFileNames.Renamed(log.TopicPartition, _options.NewId(), suffix);
        log.Rename(Path.Combine(log.LogDirectory.Path, name));
        log.ReleaseFiles();
    }

    // A directory that fails takes its logs with it, and not the others.
    private void ForEachOnline(Action<UnifiedLog> action)
    {
        foreach (var log in Logs)
        {
            if (log.LogDirectory.Failure is not null || log.IsClosed)
                continue;
            try
            {
                action(log);
            }
            catch (KafkaStorageException)
            {
                continue;       // the directory's event has told
            }
            catch (ObjectDisposedException) when (log.IsClosed)
            {
                continue;       // deleted meanwhile
            }
        }
    }

    private void ForEach(int count, Action<int> action)
    {
        if (_options.RecoveryThreads <= 1)
        {
            for (var i = 0; i < count; i++)
                action(i);
            return;
        }
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = _options.RecoveryThreads }, action);
        }
        catch (AggregateException several)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}
