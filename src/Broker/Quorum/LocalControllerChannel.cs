using Platform.Broker.Metadata;
using Platform.Client;
using Platform.Cluster.Controller;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>The way to a controller in the same process.</summary>
internal sealed class LocalControllerChannel(ControllerLoop controller, TimeProvider time) : IControllerChannel
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async ValueTask<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, CancellationToken cancellation = default)
        where TResponse : class, IResponse, new()
    {
        try
        {
            var answer = controller.SubmitAsync(context => ControllerOperations.Handle(context, request));
            return (TResponse)await answer.WaitAsync(Timeout, time, cancellation);
        }
        catch (TimeoutException late)
        {
            throw new KafkaException(
                ErrorCode.RequestTimedOut,
                $"{request.ApiKey} was not committed within {Timeout.TotalSeconds} s.",
                late);
        }
    }
}
