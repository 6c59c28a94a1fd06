using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Observability;
using Platform.Client.Observability;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>What a node takes from its surroundings.</summary>
public sealed record BrokerHostOptions
{
    /// <summary>Where log lines go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock and its timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The disk.</summary>
    public IFileSystem Files { get; init; } = new PosixFileSystem();

    /// <summary>Where controllers of the same process listen; null when there is none but this.</summary>
    public BoundControllers? BoundControllers { get; init; }

    /// <summary>What /metrics shows; shared by all nodes of a process.</summary>
    public PrometheusExporter? Metrics { get; init; }

    /// <summary>The remote storage of a node, by its id, in place of the one that its settings name; null for that
    /// one.</summary>
    public Func<int, IRemoteStorageManager>? RemoteStorage { get; init; }

    /// <summary>What has happened, with causes in words; shared by all nodes of a process.</summary>
    public ClusterEventRing Events { get; init; } = new();
}

/// <summary>A node cannot start or go on; the message says why and what to do.</summary>
public sealed class BrokerStartException(string message, Exception? cause = null) : Exception(message, cause);
