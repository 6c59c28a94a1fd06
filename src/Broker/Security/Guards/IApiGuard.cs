using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security.Guards;

/// <summary>Stands before the handler of an API: refuses a request, or parts of it, or takes out of the answer what the
/// client may not see.</summary>
internal interface IApiGuard<TRequest, TResponse>
    where TRequest : IRequest<TResponse>, new()
    where TResponse : class, IResponse, new()
{
    /// <summary>Answers, with what is allowed of the request handed on to <paramref name="next"/>.</summary>
    ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context, IApiHandler<TRequest, TResponse> next);
}

/// <summary>A handler behind its guard.</summary>
internal sealed class GuardedHandler<TRequest, TResponse>(
    IApiGuard<TRequest, TResponse> guard, IApiHandler<TRequest, TResponse> next) : IApiHandler<TRequest, TResponse>
    where TRequest : IRequest<TResponse>, new()
    where TResponse : class, IResponse, new()
{
    /// <inheritdoc/>
    public ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context) =>
        guard.HandleAsync(request, context, next);

    /// <inheritdoc/>
    public TResponse? Fail(TRequest request, ErrorCode error, string message) => next.Fail(request, error, message);
}
