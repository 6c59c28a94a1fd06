using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Client.Network;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>Reaches the other voters over sockets. Raft itself retries and backs off: here a request is tried
/// once.</summary>
internal sealed class ClientRaftTransport(VoterConnections voters, TimeProvider time, ILogger logger)
    : IRaftTransport, IAsyncDisposable
{
    /// <summary>How long the last words of a leader that stops may take.</summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Task, bool> _farewells = new();
    private readonly CancellationTokenSource _stopped = new();

    /// <inheritdoc/>
    public void Send(int nodeId, IRequest request, Action<IResponse?> onResponse, Action onRefused)
    {
        var sending = SendAsync(nodeId, request, onResponse, onRefused);
        if (request is not EndQuorumEpochRequest)
            return;
        _farewells[sending] = true;
        _ = sending.ContinueWith(sent => _farewells.TryRemove(sent, out _), TaskScheduler.Default);
    }

    /// <summary>Closes the connections once EndQuorumEpoch has got through, so that a successor stands for election at
    /// once; other requests under way get no response.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_farewells.Keys).WaitAsync(FarewellLimit, time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopped.CancelAsync();
        voters.Dispose();
    }

    private async Task SendAsync(int nodeId, IRequest request, Action<IResponse?> onResponse, Action onRefused)
    {
        IResponse? response = null;
        var isRefused = false;
        try
        {
            // Off the caller's thread at once: raft must not wait for a connection.
            await Task.Yield();
            var connection = await voters.ConnectAsync(nodeId, _stopped.Token);
            response = await ExchangeAsync(connection, request);
        }
        catch (Exception error) when (error is KafkaException or OperationCanceledException or ObjectDisposedException)
        {
            logger.VoterUnreachable(nodeId, request.ApiKey.ToString(), error.Message);
            isRefused = error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
        }
        if (isRefused)
            onRefused();
        else
            onResponse(response);
    }

    private async ValueTask<IResponse> ExchangeAsync(BrokerConnection connection, IRequest request) => request switch
    {
        FetchRequest fetch => await connection.SendAsync(fetch, default, _stopped.Token),
        FetchSnapshotRequest fetch => await connection.SendAsync(fetch, default, _stopped.Token),
        VoteRequest vote => await connection.SendAsync(vote, default, _stopped.Token),
        BeginQuorumEpochRequest begin => await connection.SendAsync(begin, default, _stopped.Token),
        EndQuorumEpochRequest end => await connection.SendAsync(end, default, _stopped.Token),
        AddRaftVoterRequest join => await connection.SendAsync(join, default, _stopped.Token),
        RemoveRaftVoterRequest leave => await connection.SendAsync(leave, default, _stopped.Token),
        UpdateRaftVoterRequest update => await connection.SendAsync(update, default, _stopped.Token),
        _ => throw new ArgumentException($"{request.ApiKey} is not sent between voters", nameof(request)),
    };
}
