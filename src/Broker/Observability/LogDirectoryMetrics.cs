using System.Diagnostics.Metrics;
using Platform.Storage;

namespace Platform.Broker.Observability;

/// <summary>How the log directories are, under the names that the JMX exporter gives Kafka's own metrics.</summary>
internal sealed class LogDirectoryMetrics : IDisposable
{
    private readonly Meter _meter = new(BrokerMetrics.MeterName);

    public LogDirectoryMetrics(int brokerId, LogManager logs)
    {
        var broker = new KeyValuePair<string, object?>("broker", brokerId);
        _meter.CreateObservableGauge("kafka_log_logmanager_offlinelogdirectorycount",
            () => new Measurement<long>(logs.Directories.Count(static d => d.Failure is not null), broker),
            description: "Log directories that failed and are offline until the next start.");
        Each("kafka_log_logmanager_logdirectoryoffline", "1 when the log directory is offline.",
            static directory => directory.Failure is not null);
        Each("platform_log_directory_full", "1 while appends are refused because the disk of the directory is full.",
            static directory => directory.IsFull);

        void Each(string name, string help, Func<LogDirectory, bool> read) => _meter.CreateObservableGauge(name,
            () => logs.Directories.Select(directory => new Measurement<long>(
                read(directory) ? 1 : 0, broker, new("logdirectory", directory.Path))), description: help);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
