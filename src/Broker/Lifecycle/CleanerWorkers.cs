using Microsoft.Extensions.Logging;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Lifecycle;

/// <summary>Runs compaction: every <c>log.cleaner.backoff.ms</c> up to <c>log.cleaner.threads</c> threads clean one log
/// after the other until none needs it. All settings may change while it runs.</summary>
internal sealed class CleanerWorkers : IDisposable
{
    private const long BackoffMinMs = 10;
    private readonly LogCleaner _cleaner;
    private readonly Func<BrokerConfig> _config;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly PacedIo _pace;
    private readonly Lock _lock = new();
    private readonly HashSet<Thread> _workers = [];
    private readonly ITimer _timer;

    /// <summary>Begins at once.</summary>
    public CleanerWorkers(LogCleaner cleaner, Func<BrokerConfig> config, TimeProvider time, ILogger logger)
    {
        (_cleaner, _config, _time, _logger) = (cleaner, config, time, logger);
        _pace = new PacedIo(time, _stop.Token);
        _cleaner.GaveUp += OnGaveUp;
        _timer = time.CreateTimer(_ => OnTick(), null, Backoff(config()), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The last pass; null before the first.</summary>
    public CleanedLog? LastPass { get; private set; }

    /// <summary>When logs were looked at last, in ms since 1970.</summary>
    public long LastLookMs { get; private set; }

    /// <summary>Stops in the middle of a pass; nothing of it is kept.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _timer.Dispose();
        Thread[] workers;
        lock (_lock)
            workers = [.. _workers];
        foreach (var worker in workers)
            worker.Join();
        _cleaner.GaveUp -= OnGaveUp;
        _stop.Dispose();
    }

    private void OnTick()
    {
        if (_stop.IsCancellationRequested)
            return;
        var config = _config();
        if (config[BrokerConfigs.LogCleanerEnable])
            StartWorkers(config);
        _timer.Change(Backoff(config), Timeout.InfiniteTimeSpan);
    }

    private void StartWorkers(BrokerConfig config)
    {
        var threads = config[BrokerConfigs.LogCleanerThreads];
        _pace.BytesPerSecond = config[BrokerConfigs.LogCleanerIoMaxBytesPerSecond];
        _cleaner.Options = new LogCleanerOptions
        {
            MapBytes = config[BrokerConfigs.LogCleanerDedupeBufferSize] / Math.Max(threads, 1),
            MapLoadFactor = config[BrokerConfigs.LogCleanerIoBufferLoadFactor],
            BufferBytes = config[BrokerConfigs.LogCleanerIoBufferSize] / Math.Max(threads, 1),
        };
        lock (_lock)
        {
            while (_workers.Count < threads && !_stop.IsCancellationRequested)
            {
                var worker = new Thread(Work) { IsBackground = true, Name = "log-cleaner" };
                _workers.Add(worker);
                worker.Start();
            }
        }
    }

    private void Work()
    {
        try
        {
            while (CleanOne())
            {
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception error)
        {
            _logger.MaintenanceFailed(error, "compaction");
        }
        finally
        {
            lock (_lock)
                _workers.Remove(Thread.CurrentThread);
        }
    }

    private bool CleanOne()
    {
        _stop.Token.ThrowIfCancellationRequested();
        LastLookMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_cleaner.CleanDirtiest(LastLookMs, _pace.Take) is not { } cleaned)
            return false;
        LastPass = cleaned;
        _logger.Cleaned(cleaned.Partition, cleaned.FirstDirtyOffset, cleaned.EndOffset, cleaned.Stats.RecordsRead,
            cleaned.Stats.RecordsKept, cleaned.Stats.BytesRead, cleaned.Stats.BytesWritten);
        return true;
    }

    private void OnGaveUp(UncleanableLog log) => _logger.Uncleanable(log.Cause, log.Partition);

    private static TimeSpan Backoff(BrokerConfig config) =>
        TimeSpan.FromMilliseconds(Math.Max(config[BrokerConfigs.LogCleanerBackoffMs], BackoffMinMs));
}
