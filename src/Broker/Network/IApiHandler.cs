using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Network;

/// <summary>Answers one API. Code before the first await runs in the order of the connection's requests; what
/// follows may overlap with later requests, while responses still leave in order.</summary>
internal interface IApiHandler<TRequest, TResponse>
    where TRequest : IRequest<TResponse>, new()
    where TResponse : class, IResponse, new()
{
    /// <summary>Answers; null sends nothing (produce with acks=0). Slices of the request's frame, that is records,
    /// are valid until the task completes.</summary>
    ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context);

    /// <summary>The answer when <see cref="HandleAsync"/> threw: <paramref name="error"/> in the API's usual place.
    /// Null closes the connection, for want of such a place.</summary>
    TResponse? Fail(TRequest request, ErrorCode error, string message);
}
