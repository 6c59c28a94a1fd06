using System.Collections.Concurrent;
using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>Settings of a <see cref="LogCleaner"/>; a new value holds from the next pass on.</summary>
public sealed record LogCleanerOptions
{
    /// <summary>Memory for keys of one pass: <c>log.cleaner.dedupe.buffer.size</c> divided by the threads.</summary>
    public long MapBytes { get; init; } = 128L * 1024 * 1024;
    /// <summary><c>log.cleaner.io.buffer.load.factor</c>: how full the memory for keys may become.</summary>
    public double MapLoadFactor { get; init; } = 0.9;
    /// <summary>Bytes that are collected before they are written: <c>log.cleaner.io.buffer.size</c> divided by the
    /// threads.</summary>
    public int BufferBytes { get; init; } = 512 * 1024;
}

/// <summary>A log that compaction leaves alone until the process starts again.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Log">Its log.</param>
/// <param name="Cause">Why: damage, with file and place.</param>
public sealed record UncleanableLog(TopicPartition Partition, UnifiedLog Log, Exception Cause);

/// <summary>A pass of compaction over one log.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="FirstDirtyOffset">Where the part began that was not compacted.</param>
/// <param name="EndOffset">Up to where the log is compacted now.</param>
/// <param name="Stats">Records and bytes.</param>
public sealed record CleanedLog(
    TopicPartition Partition, long FirstDirtyOffset, long EndOffset, CleanerStats Stats);

/// <summary>
/// Compaction of all logs of a node: picks the log with most to gain, one for each caller, and remembers those that
/// cannot be cleaned. It starts no threads: the host calls <see cref="CleanDirtiest"/> from as many as it likes.
/// Thread-safe.
/// </summary>
public sealed class LogCleaner
{
    private readonly LogManager _logs;
    private readonly ConcurrentDictionary<UnifiedLog, byte> _inProgress = new();
    private readonly ConcurrentDictionary<UnifiedLog, UncleanableLog> _uncleanable = new();

    internal LogCleaner(LogManager logs) => _logs = logs;

    /// <summary>Settings.</summary>
    public LogCleanerOptions Options { get; set; } = new();

    /// <summary>A log was given up. Called once for each.</summary>
    public event Action<UncleanableLog>? GaveUp;

    /// <summary>Logs that were given up and are still here.</summary>
    public IReadOnlyCollection<UncleanableLog> Uncleanable
    {
        get
        {
            foreach (var log in _uncleanable.Keys.Where(static log => log.IsGone))
                _uncleanable.TryRemove(log, out _);
            return [.. _uncleanable.Values];
        }
    }

    /// <summary>The largest share of a log that is not compacted though it could be, from 0 to 1.</summary>
    public double MaxDirtyRatio(long nowMs) => Candidates(nowMs).Select(log => log.Ratio).DefaultIfEmpty().Max();

    /// <summary>Bytes of logs that were given up and cannot shrink.</summary>
    public long UncleanableBytes => Uncleanable.Sum(static given => given.Log.SizeInBytes);

    /// <summary>Compacts the log whose settings ask for it most.</summary>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    /// <param name="pace">Is told of all bytes read and written. It may block to hold a rate, and throws
    /// <see cref="OperationCanceledException"/> to end the pass.</param>
    /// <returns>What was done; null when no log needs compaction, or the pass ended early.</returns>
    public CleanedLog? CleanDirtiest(long nowMs, Action<int> pace)
    {
        if (Take(nowMs) is not { } log)
            return null;
        try
        {
            return Clean(log.Log, nowMs, pace);
        }
        finally
        {
            _inProgress.TryRemove(log.Log, out _);
        }
    }

    private CleanableLog? Take(long nowMs)
    {
        lock (_inProgress)
        {
            var dirtiest = Candidates(nowMs).Where(static log => log.IsDue)
                .OrderByDescending(static log => log.MustCleanNow).ThenByDescending(static log => log.Ratio)
                .FirstOrDefault();
            if (dirtiest is not null)
                _inProgress.TryAdd(dirtiest.Log, 0);
            return dirtiest;
        }
    }

    private IEnumerable<CleanableLog> Candidates(long nowMs) => _logs.Logs
        .Where(log => log.Config.IsCompacted && !log.IsGone && log.LogDirectory.Failure is null &&
            _logs.GetFuture(log.TopicPartition) is null && !_inProgress.ContainsKey(log) && !_uncleanable.ContainsKey(log))
        .Select(log => Look(log, nowMs)).OfType<CleanableLog>();

    private static CleanableLog? Look(UnifiedLog log, long nowMs)
    {
        try
        {
            return CleanableLog.Of(log, nowMs);
        }
        catch (ObjectDisposedException)
        {
            return null;        // a segment went meanwhile; the next look sees what came
        }
        catch (IOException error)
        {
            if (!log.IsGone)
                log.LogDirectory.Fail($"{log.TopicPartition}: looking for what to compact failed", error);
            return null;
        }
    }

    private CleanedLog? Clean(UnifiedLog log, long nowMs, Action<int> pace)
    {
        var options = Options;
        var view = log.BeginCleaning();
        var firstDirty = log.CleanedOffset ?? log.LogStartOffset;
        try
        {
            var resources = new CleanerResources(options.MapBytes, options.MapLoadFactor, options.BufferBytes, pace);
            var (endOffset, stats) = new Cleaner(resources, nowMs).Clean(log, view);
            log.SetCleaned(view, endOffset);
            _logs.CheckpointCleanedOffsets();
            return new CleanedLog(log.TopicPartition, firstDirty, endOffset, stats);
        }
        catch (Exception error) when (error is not OperationCanceledException && log.IsOutdated(view))
        {
            return null;        // truncated, closed or deleted: whatever went wrong came from that
        }
        catch (Exception error) when (error is CorruptLogException or CorruptRecordException)
        {
            GiveUp(log, error);
            return null;
        }
        catch (Exception error) when (error is CleaningAbortedException or ObjectDisposedException)
        {
            return null;        // retention was there first: another pass may fare better
        }
        catch (DiskFullException full)
        {
            log.LogDirectory.ReportFull(full, nowMs);
            return null;        // nothing changed; a pass after room was made fares better
        }
        catch (IOException error)
        {
            throw log.LogDirectory.Fail($"{log.TopicPartition}: compacting failed", error);
        }
    }

    private void GiveUp(UnifiedLog log, Exception cause)
    {
        var given = new UncleanableLog(log.TopicPartition, log, cause);
        if (_uncleanable.TryAdd(log, given))
            GaveUp?.Invoke(given);
    }
}
