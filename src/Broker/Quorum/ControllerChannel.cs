using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Client;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>
/// The way to the active controller, wherever it runs: a call when it is this node, a connection when it is another.
/// While there is none, or it moves, requests are tried again until their time is over (controller.socket.timeout.ms),
/// so that clients do not notice an election.
/// </summary>
internal sealed class ControllerChannel(
    ControllerLoop controller, int nodeId, VoterConnections voters, TimeSpan timeout, TimeProvider time)
    : IControllerChannel, IDisposable
{
    private static readonly TimeSpan RetryBackoff = TimeSpan.FromMilliseconds(50);

    /// <summary>A change that is committed is answered even when this node is slow to learn of it.</summary>
    private static readonly TimeSpan ApplyLimit = TimeSpan.FromSeconds(5);

    private readonly LocalControllerChannel _local = new(controller);
    private readonly CancellationTokenSource _stopping = new();

    /// <inheritdoc/>
    public async ValueTask<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, RequestContext? client = null, CancellationToken cancellation = default)
        where TResponse : class, IResponse, new()
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token, cancellation);
        var reason = "no controller is active";
        try
        {
            while (true)
            {
                try
                {
                    return await TryAsync(request, client, both.Token);
                }
                catch (KafkaException error) when (IsWorthAnotherTry(error.Code))
                {
                    reason = error.Message;
                }
                await Task.Delay(RetryBackoff, time, both.Token);
            }
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            if (_stopping.IsCancellationRequested)
                throw new KafkaException(ErrorCode.NetworkException, $"{request.ApiKey}: this node is stopping", late);
            throw new KafkaException(ErrorCode.RequestTimedOut,
                $"{request.ApiKey} was not answered by the active controller within {timeout.TotalSeconds} s "
                + $"(controller.socket.timeout.ms): {reason}", late);
        }
    }

    /// <summary>Answers requests that are under way, and all later ones, at once: a node that stops because its quorum has
    /// failed would else wait for a leader for as long as its clients do.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        Stop();
        voters.Dispose();
    }

    private static bool IsWorthAnotherTry(ErrorCode code) =>
        code is ErrorCode.NotController or ErrorCode.NotLeaderOrFollower or ErrorCode.NetworkException;

    private async ValueTask<TResponse> TryAsync<TResponse>(
        IRequest<TResponse> request, RequestContext? client, CancellationToken cancellation)
        where TResponse : class, IResponse, new()
    {
        if (controller.Leader.LeaderId is not { } leader)
            throw new KafkaException(ErrorCode.NotController, "the quorum has no leader");
        if (leader == nodeId)
            return await _local.SendAsync(request, client, cancellation);
        var connection = await voters.ConnectAsync(leader, cancellation);
        return IsSentByBrokers(request.ApiKey)
            ? ThrowIfMoved(await connection.SendAsync(request, default, cancellation))
            : await ForwardAsync(connection, request, client, cancellation);
    }

    private static bool IsSentByBrokers(ApiKey key) => key is ApiKey.BrokerRegistration or ApiKey.BrokerHeartbeat
        or ApiKey.ControllerRegistration or ApiKey.AlterPartition or ApiKey.AssignReplicasToDirs
        or ApiKey.AllocateProducerIds or ApiKey.DescribeQuorum;

    private static TResponse ThrowIfMoved<TResponse>(TResponse response)
        where TResponse : class, IResponse
    {
        var code = response switch
        {
            BrokerRegistrationResponse registration => registration.ErrorCode,
            BrokerHeartbeatResponse heartbeat => heartbeat.ErrorCode,
            AlterPartitionResponse alteration => alteration.ErrorCode,
            AssignReplicasToDirsResponse assignment => assignment.ErrorCode,
            ControllerRegistrationResponse registration => registration.ErrorCode,
            AllocateProducerIdsResponse allocation => allocation.ErrorCode,
            DescribeQuorumResponse { Topics: [{ Partitions: [var quorum] }] } => quorum.ErrorCode,
            _ => ErrorCode.None,
        };
        return IsWorthAnotherTry(code) ? throw new KafkaException(code) : response;
    }

    private async ValueTask<TResponse> ForwardAsync<TResponse>(
        BrokerConnection connection, IRequest<TResponse> request, RequestContext? client, CancellationToken cancellation)
        where TResponse : class, IResponse, new()
    {
        // In the client's own version, so that the controller knows which errors it understands.
        var version = Math.Min(connection.Versions.Pick(ApiKeys.Get(request.ApiKey)), client?.ApiVersion ?? short.MaxValue);
        var envelope = Envelopes.Wrap(request, version, $"broker-{nodeId}", client);
        var answer = await connection.SendAsync(envelope, default, cancellation);
        var response = Envelopes.Unwrap<TResponse>(answer, request.ApiKey, version);
        await WhenAppliedAsync(connection, cancellation);
        return response;
    }

    // Whoever asks this node next must see the change: it is below the leader's high watermark by now.
    private async ValueTask WhenAppliedAsync(BrokerConnection connection, CancellationToken cancellation)
    {
        try
        {
            var answer = await connection.SendAsync(QuorumRequests.Describe(), default, cancellation);
            if (answer.Topics is [{ Partitions: [{ HighWatermark: > 0 and var committed }] }])
                await controller.WhenAppliedAsync(committed - 1).WaitAsync(ApplyLimit, time, cancellation);
        }
        catch (Exception error) when (error is KafkaException or TimeoutException)
        {
            // The change is committed all the same, and that is what the answer says.
        }
    }
}
