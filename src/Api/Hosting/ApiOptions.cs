using System.Net;
using Platform.Client.Observability;

namespace Platform.Api.Hosting;

/// <summary>
/// What the schema registry and the REST proxy need to know; every value but the brokers has a default.
/// </summary>
public sealed record ApiOptions
{
    /// <summary>Brokers to begin with, as host:port separated by commas.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Address that both ports listen on; loopback unless an operator opens it.</summary>
    public IPAddress BindAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Port of the schema registry; 0 takes a free one.</summary>
    public int RegistryPort { get; init; } = 8081;

    /// <summary>Port of the REST proxy; 0 takes a free one.</summary>
    public int RestPort { get; init; } = 8082;

    /// <summary>Compacted topic that holds encrypted data keys and what they are encrypted by.</summary>
    public string KeysTopic { get; init; } = "_dek_registry_keys";

    /// <summary>Compacted topic that holds the schemas.</summary>
    public string SchemasTopic { get; init; } = "_schemas";

    /// <summary>
    /// Compacted topic that tells the replicas of the v2 proxy how consumer instances stand, so that they survive a
    /// restart; null keeps them in memory only.
    /// </summary>
    public string? ConsumerInstancesTopic { get; init; } = "_rest_consumer_instances";

    /// <summary>
    /// Host by which other registries of the group, and other replicas of the REST proxy, reach this process (host.name);
    /// by default the address that it listens
    /// on, or the name of the machine when it listens on all.
    /// </summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>
    /// Group in which registries of one cluster elect their leader (schema.registry.group.id).
    /// </summary>
    public string RegistryGroupId { get; init; } = "schema-registry";

    /// <summary>
    /// Code of the answer to an incompatible schema: 409, as most clients expect, or 40901 as Confluent's newest say.
    /// </summary>
    public int IncompatibleSchemaErrorCode { get; init; } = 409;

    /// <summary>
    /// How long a consumer instance of the v2 proxy lives without a call (consumer.instance.timeout.ms).
    /// </summary>
    public TimeSpan ConsumerInstanceTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a stream of records to produce may be open; later records are refused
    /// (streaming.connection.max.duration.ms).
    /// </summary>
    public TimeSpan StreamingConnectionMaxDuration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// From the first record that was refused for that until the stream is closed
    /// (streaming.connection.max.duration.grace.period.ms).
    /// </summary>
    public TimeSpan StreamingConnectionMaxDurationGracePeriod { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Requests that one client may send in a second; null does not limit them.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>Clock for everything that expires; tests hand in one that they move.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What /metrics shows; a process that serves more than this hands in the one that it has.</summary>
    public PrometheusExporter? Metrics { get; init; }

    /// <summary>Least severe log entry that is written.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
}
