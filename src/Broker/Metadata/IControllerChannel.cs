using Platform.Broker.Network;
using Platform.Protocol.Messages;

namespace Platform.Broker.Metadata;

/// <summary>The way to the active controller, wherever it runs. Handlers of forwarded APIs (CreateTopics and the like)
/// hand their request on and return the answer.</summary>
internal interface IControllerChannel
{
    /// <summary>Has the active controller answer. The task completes when the change is committed and this node has
    /// applied it, so that whoever asks next sees it.</summary>
    /// <exception cref="Client.KafkaException">There is no active controller at the moment (NOT_CONTROLLER), or it did
    /// not answer in time (REQUEST_TIMED_OUT).</exception>
    /// <param name="request">What to answer.</param>
    /// <param name="client">The request of the client that asks, when it is not this node itself: its quota counts, and another
    /// controller is told who it is.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    ValueTask<TResponse> SendAsync<TResponse>(IRequest<TResponse> request, RequestContext? client = null, CancellationToken cancellation = default)
        where TResponse : class, IResponse, new();
}
