using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;

namespace Platform.Api.Hosting;

/// <summary>The connections to the Kafka cluster that all requests share.</summary>
internal sealed class ClusterGateway : IAsyncDisposable
{
    /// <summary>How long an operation may be tried before the client is told to come again.</summary>
    public const int OperationTimeoutMs = 15_000;

    private readonly KafkaCluster _cluster;
    private volatile string? _clusterId;

    public ClusterGateway(ApiOptions options)
    {
        Options = new ClientOptions
        {
            BootstrapServers = options.BootstrapServers,
            ClientId = "platform-api",
            DefaultApiTimeoutMs = OperationTimeoutMs,
            RequestTimeoutMs = OperationTimeoutMs,
            TimeProvider = options.Time,
        };
        _cluster = new KafkaCluster(Options);
        Admin = new AdminClient(_cluster);
    }

    /// <summary>Settings that every client here shares.</summary>
    public ClientOptions Options { get; }

    /// <summary>Describes and changes the cluster.</summary>
    public AdminClient Admin { get; }

    /// <summary>The cluster's id; asked for once, because it never changes.</summary>
    public async ValueTask<string> ClusterIdAsync(CancellationToken cancellation) =>
        _clusterId ??= (await Admin.DescribeClusterAsync(cancellation)).ClusterId;

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}
