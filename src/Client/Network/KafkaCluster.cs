using Platform.Client.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Network;

/// <summary>
/// A Kafka cluster as a client sees it: connections to its brokers, what is known of its topics, and who coordinates
/// which group. Producers, consumers and the admin client each stand on one; it may also be used directly to send any
/// request of the protocol. Safe for concurrent use.
/// </summary>
public sealed class KafkaCluster : IAsyncDisposable
{
    private readonly ConnectionPool _pool;
    private readonly IReadOnlyList<BrokerEndpoint> _bootstrap;
    private readonly CoordinatorCache _coordinators;
    private readonly RetryLoop _retry;

    /// <summary>Prepares a client; nothing is connected before the first request.</summary>
    /// <exception cref="FormatException"><c>bootstrap.servers</c> is malformed.</exception>
    public KafkaCluster(ClientOptions options)
    {
        Options = options;
        _bootstrap = BrokerEndpoint.ParseList(options.BootstrapServers);
        _pool = new ConnectionPool(options);
        _retry = new RetryLoop(options);
        _coordinators = new CoordinatorCache((build, cancellation) =>
            SendAsync<FindCoordinatorResponse>(ApiKey.FindCoordinator, build, Destination.Any, default, cancellation)
                .AsTask());
        MetadataCache = new MetadataCache(options, (request, cancellation) =>
            SendAsync(request, Destination.Any, default, cancellation).AsTask());
    }

    /// <summary>The settings.</summary>
    public ClientOptions Options { get; }

    /// <summary>The latest picture of the cluster; empty before the first refresh.</summary>
    public ClusterMetadata Metadata => MetadataCache.Current;

    internal MetadataCache MetadataCache { get; }

    /// <summary>The picture of the cluster with <paramref name="topics"/> in it, asking a broker when needed.</summary>
    public ValueTask<ClusterMetadata> GetMetadataAsync(
        IReadOnlyCollection<string>? topics = null, CancellationToken cancellation = default) =>
        MetadataCache.GetAsync(topics ?? [], cancellation);

    /// <summary>Asks a broker for a new picture, also when the present one is fresh.</summary>
    public Task<ClusterMetadata> RefreshMetadataAsync(
        IReadOnlyCollection<string>? topics = null, CancellationToken cancellation = default) =>
        MetadataCache.RefreshAsync(topics ?? [], cancellation);

    /// <summary>Sends one request; not repeated when it fails.</summary>
    /// <exception cref="KafkaException">Nobody could be asked. Error codes inside of the response are the
    /// caller's.</exception>
    public async ValueTask<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, Destination destination, RequestSettings settings = default,
        CancellationToken cancellation = default)
        where TResponse : IResponse, new()
    {
        var connection = await ConnectAsync(destination, ConnectionUse.General, cancellation);
        return await connection.SendAsync(request, settings, cancellation);
    }

    /// <summary>Sends a request whose fields depend on the version that the broker speaks.</summary>
    public async ValueTask<TResponse> SendAsync<TResponse>(
        ApiKey key, Func<short, IRequest<TResponse>> build, Destination destination, RequestSettings settings = default,
        CancellationToken cancellation = default)
        where TResponse : IResponse, new()
    {
        var connection = await ConnectAsync(destination, ConnectionUse.General, cancellation);
        var version = connection.Versions.Pick(ApiKeys.Get(key), settings.MaxVersion ?? short.MaxValue);
        return await connection.SendAsync(build(version), settings with { MaxVersion = version }, cancellation);
    }

    /// <summary>A connection to whoever <paramref name="destination"/> means; shared with others of the same
    /// use.</summary>
    /// <exception cref="KafkaException">It cannot be reached, or is not known.</exception>
    public async ValueTask<BrokerConnection> ConnectAsync(
        Destination destination, ConnectionUse use = ConnectionUse.General, CancellationToken cancellation = default)
    {
        if (destination.To == Destination.Kind.Any)
            return await _pool.GetAnyAsync(KnownEndpoints(), use, cancellation);
        if (destination.To is not (Destination.Kind.Group or Destination.Kind.Transaction))
            return await ConnectToBrokerAsync(destination, use, cancellation);
        try
        {
            var coordinator = await _coordinators.GetAsync(destination, cancellation);
            return await _pool.GetAsync(coordinator.Endpoint, use, cancellation);
        }
        catch (KafkaException)
        {
            _coordinators.Forget(destination);
            throw;
        }
    }

    private async ValueTask<BrokerConnection> ConnectToBrokerAsync(
        Destination destination, ConnectionUse use, CancellationToken cancellation)
    {
        var metadata = await MetadataCache.GetAsync([], cancellation);
        var nodeId = destination.To == Destination.Kind.Controller ? metadata.ControllerId : destination.NodeId;
        if (!metadata.Brokers.ContainsKey(nodeId))
            metadata = await MetadataCache.RefreshAsync([], cancellation);
        if (metadata.Brokers.TryGetValue(nodeId, out var broker))
            return await _pool.GetAsync(broker.Endpoint, use, cancellation);
        if (destination.To == Destination.Kind.Controller)
            return await _pool.GetAnyAsync(KnownEndpoints(), use, cancellation);
        throw new KafkaException(ErrorCode.NetworkException, $"the cluster has no live broker {nodeId}");
    }

    // Bootstrap servers stay in the list: they are the way back when every known broker has moved (KIP-899).
    private IEnumerable<BrokerEndpoint> KnownEndpoints() =>
        Metadata.Brokers.Values.Select(broker => broker.Endpoint).Concat(_bootstrap);

    /// <summary>Forgets who coordinates, after an answer such as NOT_COORDINATOR.</summary>
    public void ForgetCoordinator(Destination destination) => _coordinators.Forget(destination);

    internal async ValueTask<int> CoordinatorIdAsync(Destination destination, CancellationToken cancellation) =>
        (await _coordinators.GetAsync(destination, cancellation)).Id;

    /// <summary>Repeats <paramref name="operation"/> while it fails with a retriable
    /// <see cref="KafkaException"/>.</summary>
    internal Task<T> RetryAsync<T>(
        Func<CancellationToken, Task<T>> operation, CancellationToken cancellation,
        Action<KafkaException>? onRetry = null) =>
        _retry.RunAsync(operation, cancellation, onRetry);

    /// <summary>Closes all connections; requests in flight fail.</summary>
    public ValueTask DisposeAsync()
    {
        _pool.Dispose();
        return ValueTask.CompletedTask;
    }
}
