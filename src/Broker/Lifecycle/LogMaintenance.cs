using Microsoft.Extensions.Logging;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Lifecycle;

/// <summary>What must be done to logs now and then: checkpoints, retention, flushing, deletion. Each task runs on a
/// timer of its own and never beside itself; a failure is logged and the next turn tries again.</summary>
internal sealed class LogMaintenance : IDisposable
{
    private const long EverySecondMs = 1_000;
    private readonly List<ITimer> _timers = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public LogMaintenance(LogManager logs, BrokerConfig config, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        Every(config[BrokerConfigs.ReplicaHighWatermarkCheckpointIntervalMs], "high watermark checkpoint", _ => logs.CheckpointHighWatermarks());
        Every(config[BrokerConfigs.LogFlushOffsetCheckpointIntervalMs], "recovery point checkpoint", _ => logs.CheckpointRecoveryPoints());
        Every(config[BrokerConfigs.LogFlushStartOffsetCheckpointIntervalMs], "log start checkpoint", _ => logs.CheckpointLogStartOffsets());
        Every(config[BrokerConfigs.LogRetentionCheckIntervalMs], "retention", now => logs.CleanupLogs(now));
        Every(EverySecondMs, "flush", logs.FlushDirtyLogs);
        Every(EverySecondMs, "deletion", now => logs.DeleteScheduled(now));
    }

    /// <inheritdoc/>
    public void Dispose() => _timers.ForEach(static timer => timer.Dispose());

    private void Every(long intervalMs, string task, Action<long> run)
    {
        var running = 0;
        var interval = TimeSpan.FromMilliseconds(intervalMs);
        _timers.Add(_time.CreateTimer(_ =>
        {
            if (Interlocked.Exchange(ref running, 1) != 0)
                return;
            try
            {
                run(_time.GetUtcNow().ToUnixTimeMilliseconds());
            }
            catch (Exception error)
            {
                _logger.MaintenanceFailed(error, task);
            }
            Volatile.Write(ref running, 0);
        }, null, interval, interval));
    }
}
