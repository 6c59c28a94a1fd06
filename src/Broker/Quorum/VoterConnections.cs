using System.Collections.Concurrent;
using Platform.Client;
using Platform.Client.Network;

namespace Platform.Broker.Quorum;

/// <summary>One connection to each voter's controller listener, opened when it is first needed and again after it
/// failed. Answers come in the order of requests, so that those who wait long keep connections of their own.</summary>
/// <param name="addresses">Where the nodes listen.</param>
/// <param name="options">Settings of the connections.</param>
internal sealed class VoterConnections(QuorumAddresses addresses, ClientOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<int, VoterLink> _links = new();

    /// <summary>An open connection to a voter.</summary>
    /// <exception cref="KafkaException">It cannot be reached.</exception>
    public Task<BrokerConnection> ConnectAsync(int nodeId, CancellationToken cancellation) =>
        _links.GetOrAdd(nodeId, id => new VoterLink(() => addresses.Find(id), options)).ConnectAsync(cancellation);

    /// <summary>Closes the connections; requests under way get no response.</summary>
    public void Dispose()
    {
        foreach (var link in _links.Values)
            link.Dispose();
    }

    /// <summary>The connection to one voter; whoever comes while it is being opened waits for the same one.</summary>
    private sealed class VoterLink(Func<BrokerEndpoint> endpoint, ClientOptions options) : IDisposable
    {
        private readonly Lock _lock = new();
        private Task<BrokerConnection>? _connection;
        private bool _disposed;

        public Task<BrokerConnection> ConnectAsync(CancellationToken cancellation)
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                var isUsable = _connection
                    is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result.IsOpen: true };
                _connection = isUsable ? _connection! : BrokerConnection.ConnectAsync(endpoint(), options);
                return _connection.WaitAsync(cancellation);
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                _disposed = true;
                _ = _connection?.ContinueWith(
                    static open => open.Result.Dispose(), CancellationToken.None,
                    TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }
        }
    }
}
