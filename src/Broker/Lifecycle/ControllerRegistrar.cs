using Microsoft.Extensions.Logging;
using Platform.Broker.Metadata;
using Platform.Client;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Lifecycle;

/// <summary>Registers this controller at the active one, in the background: the quorum works without it, but no feature
/// is raised beyond what it supports once it is known (KIP-919).</summary>
internal sealed class ControllerRegistrar(IControllerChannel active, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Begins; tries again until the active controller has answered.</summary>
    public void Start(int nodeId, IEnumerable<EndPoint> endPoints)
    {
        var request = Request(nodeId, endPoints);
        _running = RunAsync(request);
    }

    /// <summary>Gives up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(ControllerRegistrationRequest request)
    {
        await Task.Yield();
        while (!await TryAsync(request))
            await Task.Delay(RetryDelay, time, _stopping.Token);
    }

    private async Task<bool> TryAsync(ControllerRegistrationRequest request)
    {
        try
        {
            var response = await active.SendAsync(request, cancellation: _stopping.Token);
            if (response.ErrorCode != ErrorCode.None)
                logger.ControllerNotRegistered(request.ControllerId, response.ErrorMessage ?? response.ErrorCode.Describe());
            return response.ErrorCode is not (ErrorCode.NotController or ErrorCode.UnknownServerError);
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    private static ControllerRegistrationRequest Request(int nodeId, IEnumerable<EndPoint> endPoints) => new()
    {
        ControllerId = nodeId,
        IncarnationId = Uuid.Random(),
        Listeners = [.. endPoints.Select(endPoint => new ControllerRegistrationRequest.Listener
        {
            Name = endPoint.ListenerName,
            Host = endPoint.Host,
            Port = (ushort)endPoint.Port,
            SecurityProtocol = (short)endPoint.SecurityProtocol,
        })],
        Features = [.. SupportedFeatures.All.Select(feature => new ControllerRegistrationRequest.Feature
        {
            Name = feature.Key,
            MinSupportedVersion = feature.Value.Min,
            MaxSupportedVersion = feature.Value.Max,
        })],
    };
}
