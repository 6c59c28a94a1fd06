using Platform.Client.Observability;

namespace Platform.Dashboard.Hosting;

/// <summary>What a dashboard is told at its start.</summary>
public sealed record DashboardOptions
{
    /// <summary>
    /// <c>bootstrap.servers</c>: one or more <c>host:port</c> of the cluster to show, separated by commas.
    /// </summary>
    public string BootstrapServers { get; init; } = "localhost:9092";

    /// <summary>Address of the schema registry, or null when there is none.</summary>
    public Uri? SchemaRegistryUrl { get; init; }

    /// <summary>Port to listen on; 0 picks a free one, which <see cref="DashboardHost.AddressOf"/> tells.</summary>
    public int DashboardPort { get; init; } = 8080;

    /// <summary>Address to listen on: an IP address, <c>localhost</c>, or <c>*</c> for all.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The cluster's name in addresses (<c>/c/{cluster}</c>) and headings.</summary>
    public string ClusterName { get; init; } = "local";

    /// <summary>
    /// The process-wide metrics, when something in the process has them already; null to keep own ones.
    /// </summary>
    public PrometheusExporter? Metrics { get; init; }

    /// <summary>The clock; tests put a manual one here.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
