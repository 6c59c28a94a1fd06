using Platform.Protocol.Messages;

namespace Platform.Broker.Apis;

/// <summary>The way to the active controller, wherever it runs.</summary>
internal interface IControllerChannel
{
    /// <summary>Sends a request. Completes once the change is committed and this broker has applied it, so that whoever
    /// asks it next sees the change.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="timeoutMs">How long to wait for the controller.</param>
    /// <exception cref="Client.KafkaException">There is no controller, or it did not answer in time.</exception>
    ValueTask<TResponse> SendAsync<TResponse>(IRequest<TResponse> request, int timeoutMs)
        where TResponse : class, IResponse, new();
}
