using Microsoft.Extensions.Logging;
using Platform.Broker.Tiering;
using Platform.Client;
using Platform.Client.Network;
using Platform.Cluster.Configuration;

namespace Platform.Broker.Replication;

/// <summary>What fetchers are made of.</summary>
internal sealed record ReplicaFetcherOptions
{
    /// <summary>This broker.</summary>
    public required int BrokerId { get; init; }

    /// <summary>Epoch of its registration; -1 before it.</summary>
    public required Func<long> BrokerEpoch { get; init; }

    /// <summary>Where a broker listens for others; null while it is not registered.</summary>
    public required Func<int, BrokerEndpoint?> EndpointOf { get; init; }

    /// <summary>Fetchers for each leader (num.replica.fetchers).</summary>
    public required int FetchersPerLeader { get; init; }

    /// <summary>Bytes of a partition (replica.fetch.max.bytes).</summary>
    public required int PartitionMaxBytes { get; init; }

    /// <summary>Bytes of a response (replica.fetch.response.max.bytes).</summary>
    public required int ResponseMaxBytes { get; init; }

    /// <summary>Bytes that the leader waits for (replica.fetch.min.bytes).</summary>
    public required int MinBytes { get; init; }

    /// <summary>How long it waits for them (replica.fetch.wait.max.ms).</summary>
    public required int MaxWaitMs { get; init; }

    /// <summary>Pause after an error (replica.fetch.backoff.ms).</summary>
    public required int BackoffMs { get; init; }

    /// <summary>Connections to leaders.</summary>
    public required ClientOptions Client { get; init; }

    /// <summary>Running totals.</summary>
    public required ReplicaCounters Counters { get; init; }

    /// <summary>The log of the process.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Takes the begin of logs from remote storage; null when no topic of this cluster is tiered.</summary>
    public RemoteStateBuilder? RemoteState { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider Time => Client.TimeProvider;

    /// <summary>The time, in ms since 1970.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>As the settings of a broker say.</summary>
    public static ReplicaFetcherOptions From(BrokerConfig config, TimeProvider time, ReplicaCounters counters,
        Func<long> brokerEpoch, Func<int, BrokerEndpoint?> endpointOf, ILogger logger) => new()
    {
        BrokerId = config.Node.Id,
        BrokerEpoch = brokerEpoch,
        EndpointOf = endpointOf,
        FetchersPerLeader = config[BrokerConfigs.NumReplicaFetchers],
        PartitionMaxBytes = config[BrokerConfigs.ReplicaFetchMaxBytes],
        ResponseMaxBytes = config[BrokerConfigs.ReplicaFetchResponseMaxBytes],
        MinBytes = config[BrokerConfigs.ReplicaFetchMinBytes],
        MaxWaitMs = config[BrokerConfigs.ReplicaFetchWaitMaxMs],
        BackoffMs = config[BrokerConfigs.ReplicaFetchBackoffMs],
        Counters = counters,
        Logger = logger,
        Client = new ClientOptions
        {
            ClientId = $"broker-{config.Node.Id}-fetcher",
            RequestTimeoutMs = config[BrokerConfigs.ReplicaSocketTimeoutMs],
            SocketConnectionSetupTimeoutMs = config[BrokerConfigs.ReplicaSocketTimeoutMs],
            TimeProvider = time,
        },
    };
}
