using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Client.Network;
using Platform.Cluster.Raft;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>
/// Reaches the other voters at the controller listeners that <c>controller.quorum.voters</c> names, over one connection
/// each, opened when it is first needed and again after it failed. Raft itself retries and backs off: here a request is
/// tried once.
/// </summary>
internal sealed class ClientRaftTransport(VoterSet voters, ClientOptions options, ILogger logger)
    : IRaftTransport, IDisposable
{
    private readonly ConcurrentDictionary<int, VoterLink> _links = new();
    private readonly CancellationTokenSource _stopped = new();

    /// <inheritdoc/>
    public void Send(int nodeId, IRequest request, Action<IResponse?> onResponse) =>
        _ = SendAsync(nodeId, request, onResponse);

    /// <summary>Closes the connections; requests under way get no response.</summary>
    public void Dispose()
    {
        _stopped.Cancel();
        foreach (var link in _links.Values)
            link.Dispose();
    }

    private async Task SendAsync(int nodeId, IRequest request, Action<IResponse?> onResponse)
    {
        IResponse? response = null;
        try
        {
            // Off the caller's thread at once: raft must not wait for a connection.
            await Task.Yield();
            var connection = await LinkTo(nodeId).ConnectAsync(_stopped.Token);
            response = await ExchangeAsync(connection, request);
        }
        catch (Exception error) when (error is KafkaException or OperationCanceledException or ObjectDisposedException)
        {
            logger.VoterUnreachable(nodeId, request.ApiKey.ToString(), error.Message);
        }
        onResponse(response);
    }

    private VoterLink LinkTo(int nodeId) => _links.GetOrAdd(nodeId, id =>
    {
        var voter = voters.Find(id) ?? throw new ArgumentException($"node {id} is no voter", nameof(nodeId));
        return new VoterLink(new BrokerEndpoint(voter.Host, voter.Port), options);
    });

    private async ValueTask<IResponse> ExchangeAsync(BrokerConnection connection, IRequest request) => request switch
    {
        FetchRequest fetch => await connection.SendAsync(fetch, default, _stopped.Token),
        VoteRequest vote => await connection.SendAsync(vote, default, _stopped.Token),
        BeginQuorumEpochRequest begin => await connection.SendAsync(begin, default, _stopped.Token),
        EndQuorumEpochRequest end => await connection.SendAsync(end, default, _stopped.Token),
        _ => throw new ArgumentException($"{request.ApiKey} is not sent between voters", nameof(request)),
    };

    /// <summary>The connection to one voter; whoever comes while it is being opened waits for the same one.</summary>
    private sealed class VoterLink(BrokerEndpoint endpoint, ClientOptions options) : IDisposable
    {
        private readonly Lock _lock = new();
        private Task<BrokerConnection>? _connection;

        public Task<BrokerConnection> ConnectAsync(CancellationToken cancellation)
        {
            lock (_lock)
            {
                var isUsable = _connection
                    is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result.IsOpen: true };
                return isUsable ? _connection!
                    : _connection = BrokerConnection.ConnectAsync(endpoint, options, cancellation);
            }
        }

        public void Dispose()
        {
            lock (_lock)
                if (_connection is { IsCompletedSuccessfully: true } open)
                    open.Result.Dispose();
        }
    }
}
