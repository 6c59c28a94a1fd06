using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

/// <summary>
/// Describes and changes a cluster. Each noun has a file of its own. Requests that fail for a passing reason are
/// repeated until <c>default.api.timeout.ms</c>; a result per item says what became of it.
/// </summary>
public sealed partial class AdminClient : IAsyncDisposable
{
    private readonly KafkaCluster _cluster;
    private readonly bool _ownsCluster;

    /// <summary>A client with connections of its own.</summary>
    public AdminClient(ClientOptions options)
        : this(new KafkaCluster(options)) => _ownsCluster = true;

    /// <summary>A client over connections that belong to someone else.</summary>
    public AdminClient(KafkaCluster cluster) => _cluster = cluster;

    /// <summary>The cluster that it talks to.</summary>
    public KafkaCluster Cluster => _cluster;

    private int TimeoutMs => _cluster.Options.RequestTimeoutMs;

    /// <summary>Closes the connections that it owns.</summary>
    public ValueTask DisposeAsync() => _ownsCluster ? _cluster.DisposeAsync() : ValueTask.CompletedTask;

    private Task<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, Destination destination, CancellationToken cancellation,
        Func<TResponse, ErrorCode>? error = null)
        where TResponse : IResponse, new() =>
        SendAsync(request.ApiKey, _ => request, destination, cancellation, error);

    // Sends until the answer carries no retriable error of the whole response.
    private Task<TResponse> SendAsync<TResponse>(
        ApiKey key, Func<short, IRequest<TResponse>> build, Destination destination, CancellationToken cancellation,
        Func<TResponse, ErrorCode>? error = null)
        where TResponse : IResponse, new() =>
        _cluster.RetryAsync(async token =>
        {
            var response = await _cluster.SendAsync(key, build, destination, default, token);
            KafkaException.ThrowIfError(error?.Invoke(response) ?? ErrorCode.None, $"{key} at {destination}");
            return response;
        }, cancellation, failure => OnRetry(destination, failure));

    private void OnRetry(Destination destination, KafkaException failure)
    {
        if (failure.Code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.NetworkException)
            _cluster.ForgetCoordinator(destination);
    }
}
