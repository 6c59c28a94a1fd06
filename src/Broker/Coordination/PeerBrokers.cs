using System.Collections.Concurrent;
using Platform.Client;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>Requests to the other brokers of the cluster, over one connection to each.</summary>
/// <param name="endpointOf">Where a broker listens for others; null when it is not there.</param>
/// <param name="options">Settings of the connections.</param>
internal sealed class PeerBrokers(Func<int, BrokerEndpoint?> endpointOf, ClientOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<int, Task<BrokerConnection>> _connections = new();

    /// <summary>Sends a request once.</summary>
    /// <exception cref="KafkaException">The broker cannot be reached.</exception>
    public async ValueTask<TResponse> SendAsync<TResponse>(int brokerId, IRequest<TResponse> request)
        where TResponse : class, IResponse, new()
    {
        var connection = await ConnectAsync(brokerId);
        return await connection.SendAsync(request);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (var connection in _connections.Values)
            if (connection.IsCompletedSuccessfully)
                connection.Result.Dispose();
    }

    private async ValueTask<BrokerConnection> ConnectAsync(int brokerId)
    {
        var endpoint = endpointOf(brokerId)
            ?? throw new KafkaException(ErrorCode.NetworkException, $"broker {brokerId} is not in the cluster");
        var pending = _connections.GetOrAdd(brokerId, _ => BrokerConnection.ConnectAsync(endpoint, options));
        try
        {
            if (await pending is { IsOpen: true } open && open.Endpoint == endpoint)
                return open;
        }
        catch (KafkaException)
        {
            _connections.TryRemove(new KeyValuePair<int, Task<BrokerConnection>>(brokerId, pending));
            throw;
        }
        _connections.TryRemove(new KeyValuePair<int, Task<BrokerConnection>>(brokerId, pending));
        return await _connections.GetOrAdd(brokerId, _ => BrokerConnection.ConnectAsync(endpoint, options));
    }
}
