using System.Collections.Concurrent;
using Platform.Protocol;

namespace Platform.Storage;

/// <content>Partitions that move to another log directory of the node (KIP-113). A copy, the future log, grows in a directory
/// named <c>topic-N.id-future</c>; when it holds the same, it becomes the current one. A crash in between leaves the current log,
/// or the copy, or both.</content>
public sealed partial class LogManager
{
    /// <summary>Most partitions that are not here yet for which a wanted directory is remembered.</summary>
    public const int PreferredDirectoriesMax = 100_000;

    /// <summary>How long a log that was replaced stays open for those who are reading it.</summary>
    internal const long ReplacedLogLifetimeMs = 10_000;

    private readonly ConcurrentDictionary<TopicPartition, UnifiedLog> _futures = new();
    private readonly ConcurrentDictionary<TopicPartition, string> _preferred = new();
    private readonly ConcurrentQueue<(UnifiedLog Log, long DueMs)> _replaced = new();

    /// <summary>Copies on their way from one log directory to another.</summary>
    public ICollection<UnifiedLog> Futures => _futures.Values;

    private IEnumerable<UnifiedLog> AllLogs => Logs.Concat(_futures.Values);

    /// <summary>The copy of a partition that is on its way to another log directory; null when there is none.</summary>
    public UnifiedLog? GetFuture(TopicPartition partition) => _futures.GetValueOrDefault(partition);

    /// <summary>True when the names of the partition's directories fit into 255 bytes whatever happens to it.</summary>
    public static bool MayMove(TopicPartition partition) => LogFileNames.IsShortEnough(partition);

    /// <summary>The log directory of that path in which the partition may lie; null when there is none.</summary>
    public LogDirectory? FindDirectory(TopicPartition partition, string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Array.Find(_directories, state => state.Directory.Path == full
            && (_options.MayHold?.Invoke(partition, full) ?? true))?.Directory;
    }

    /// <summary>Remembers where a partition that is not here yet is to be made, until this process ends.</summary>
    public void Prefer(TopicPartition partition, LogDirectory directory)
    {
        if (_preferred.Count < PreferredDirectoriesMax || _preferred.ContainsKey(partition))
            _preferred[partition] = directory.Path;
    }

    /// <summary>Begins a copy of a partition's log in another log directory; it is empty. While it is there the log is not
    /// compacted.</summary>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    /// <exception cref="DiskFullException">There is no room in it.</exception>
    public UnifiedLog CreateFuture(TopicPartition partition, LogDirectory directory, long nowMs)
    {
        lock (_changes)
        {
            var state = Array.Find(_directories, each => each.Directory == directory)!;
            var current = _logs[partition];
            if (state.Forget(partition))
                CheckpointRecoveryPoints(state);
            var name = LogFileNames.Renamed(partition, _options.NewId(), LogFileNames.FutureDirectory);
            var future = Open(state, partition, current.Config, wasClean: true, nowMs, name);
            if (current.TopicId != Uuid.Zero)
                future.AssignTopicId(current.TopicId);
            RegisterFuture(future, nowMs);
            current.EndCleaning();
            return future;
        }
    }

    /// <summary>Gives up a copy: its directory is renamed at once, and deleted by <see cref="DeleteScheduled"/>. One in a log
    /// directory that has failed stays there.</summary>
    public void DeleteFuture(TopicPartition partition, long nowMs = 0)
    {
        lock (_changes)
        {
            if (!_futures.TryRemove(partition, out var future))
                return;
            StateOf(future).LogCount--;
            Discard(future, nowMs);
        }
    }

    /// <summary>Puts the copy of a partition in the place of its log. The caller sees to it that both hold the same, and that
    /// nobody writes to either.</summary>
    /// <returns>The log that was the copy.</returns>
    /// <exception cref="KafkaStorageException">A log directory failed; the old log is still the current one.</exception>
    public UnifiedLog ReplaceCurrentWithFuture(TopicPartition partition, long nowMs)
    {
        lock (_changes)
        {
            var (current, future) = (_logs[partition], _futures[partition]);
            Swap(current, future);
            future.TakeOver(current);
            _logs[partition] = future;
            _futures.TryRemove(partition, out _);
            StateOf(current).LogCount--;
            _sorted = null;
            StateOf(current).Forget(partition);
            _deletions.Add(current.DirectoryPath, isDirectory: true, nowMs + current.Config.FileDeleteDelayMs);
            _replaced.Enqueue((current, nowMs + ReplacedLogLifetimeMs));
            return future;
        }
    }

    // The old one goes first, so that there are never two of the partition's name: a start that finds only the copy knows that
    // it was complete.
    private void Swap(UnifiedLog current, UnifiedLog future)
    {
        var path = current.DirectoryPath;
        current.Rename(Path.Combine(current.LogDirectory.Path,
            LogFileNames.Renamed(current.TopicPartition, _options.NewId(), LogFileNames.DeleteDirectory)));
        try
        {
            future.MoveTo(Path.Combine(future.LogDirectory.Path, future.TopicPartition.ToString()));
        }
        catch (KafkaStorageException)
        {
            current.MoveTo(path);
            throw;
        }
    }

    // At the start, when all logs are open.
    private void OpenFuture(UnifiedLog future)
    {
        // What the current one has lost will be written anew, perhaps in the same epoch: then nothing would tell them apart.
        try
        {
            if (_logs.TryGetValue(future.TopicPartition, out var current))
                future.TruncateTo(current.LogEndOffset);
            // Only the swap leaves a copy alone: it had all that was acknowledged.
            else if (Array.TrueForAll(_directories, static state => state.Directory.Failure is null))
                Adopt(future);
        }
        catch (KafkaStorageException) when (_directories.Any(static state => state.Directory.Failure is null))
        {
            return;     // the directory's event has told
        }
    }

    // The log directory that holds the partition's log is offline, and the metadata says that the copy was to take its place.
    private UnifiedLog? Adopt(TopicIdPartition partition, Uuid? directoryId)
    {
        if (GetFuture(partition.TopicPartition) is not { } future)
            return null;
        if (future.TopicId == partition.TopicId && directoryId == future.LogDirectory.Id && future.LogDirectory.Failure is null)
            return Adopt(future, isRegistered: true);
        return null;
    }

    private UnifiedLog Adopt(UnifiedLog future, bool isRegistered = false)
    {
        future.MoveTo(Path.Combine(future.LogDirectory.Path, future.TopicPartition.ToString()));
        _futures.TryRemove(future.TopicPartition, out _);
        StateOf(future).LogCount--;
        if (!isRegistered)
            Register(future);
        return future;
    }

    private void RegisterFuture(UnifiedLog future, long nowMs)
    {
        lock (_changes)
        {
            if (_futures.TryAdd(future.TopicPartition, future))
                StateOf(future).LogCount++;
            else
                Discard(future, nowMs);     // the one that was found first goes on
        }
    }

    private void Discard(UnifiedLog future, long nowMs)
    {
        if (future.LogDirectory.Failure is not null)
        {
            future.ReleaseFiles();
            return;
        }
        try
        {
            SetAside(future, LogFileNames.DeleteDirectory);
            _deletions.Add(future.DirectoryPath, isDirectory: true, nowMs);
        }
        catch (KafkaStorageException)
        {
            future.ReleaseFiles();
        }
    }

    private void CloseReplaced(long nowMs)
    {
        while (_replaced.TryPeek(out var replaced) && replaced.DueMs <= nowMs && _replaced.TryDequeue(out replaced))
            replaced.Log.ReleaseFiles();
    }

    private string? TakePreferred(TopicPartition partition) =>
        _preferred.TryRemove(partition, out var path) ? path : null;
}
