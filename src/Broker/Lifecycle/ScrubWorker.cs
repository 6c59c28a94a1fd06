using Microsoft.Extensions.Logging;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Lifecycle;

/// <summary>Has closed segments read from time to time, at a low rate, to notice disks that rot.</summary>
internal sealed class ScrubWorker : IDisposable
{
    /// <summary>Time between two looks whether a round is due.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromMinutes(1);

    /// <summary>A node that has just started has more important things to read.</summary>
    public static readonly TimeSpan InitialDelay = TimeSpan.FromMinutes(10);

    private readonly LogScrubber _scrubber;
    private readonly Func<BrokerConfig> _config;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly PacedIo _pace;
    private readonly ITimer _timer;
    private DateTimeOffset _nextRound;
    private volatile Thread? _round;

    public ScrubWorker(LogScrubber scrubber, Func<BrokerConfig> config, TimeProvider time, ILogger logger)
    {
        (_scrubber, _config, _time, _logger) = (scrubber, config, time, logger);
        _pace = new PacedIo(time, _stop.Token);
        _nextRound = time.GetUtcNow() + InitialDelay;
        _scrubber.Found += OnFound;
        _timer = time.CreateTimer(_ => OnTick(), null, TickInterval, TickInterval);
    }

    /// <summary>Rounds that were completed.</summary>
    public int Rounds { get; private set; }

    /// <summary>Ends a round that runs.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _timer.Dispose();
        _round?.Join();
        _scrubber.Found -= OnFound;
        _stop.Dispose();
    }

    private void OnTick()
    {
        var config = _config();
        _pace.BytesPerSecond = config[BrokerConfigs.ScrubMaxBytesPerSecond];
        if (_pace.BytesPerSecond <= 0 || _round is not null || _time.GetUtcNow() < _nextRound || _stop.IsCancellationRequested)
            return;
        _nextRound = _time.GetUtcNow() + TimeSpan.FromMilliseconds(config[BrokerConfigs.ScrubIntervalMs]);
        _round = new Thread(Scrub) { IsBackground = true, Name = "log-scrubber" };
        _round.Start();
    }

    private void Scrub()
    {
        try
        {
            _scrubber.ScrubAll(_pace.Take);
            Rounds++;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception error)
        {
            _logger.MaintenanceFailed(error, "scrubbing");
        }
        finally
        {
            _round = null;
        }
    }

    private void OnFound(CorruptBatch corrupt) =>
        _logger.CorruptBatch(corrupt.Partition, corrupt.Offset, corrupt.File, corrupt.Position, corrupt.Problem);
}
