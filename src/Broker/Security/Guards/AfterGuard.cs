using Platform.Broker.Network;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security.Guards;

/// <summary>Takes out of an answer what the client may not see, or adds what it may do.</summary>
/// <param name="change">Changes the answer.</param>
internal sealed class AfterGuard<TRequest, TResponse>(Action<TRequest, TResponse, RequestContext> change)
    : IApiGuard<TRequest, TResponse>
    where TRequest : IRequest<TResponse>, new()
    where TResponse : class, IResponse, new()
{
    /// <inheritdoc/>
    public async ValueTask<TResponse?> HandleAsync(
        TRequest request, RequestContext context, IApiHandler<TRequest, TResponse> next)
    {
        var response = await next.HandleAsync(request, context);
        if (response is not null)
            change(request, response, context);
        return response;
    }
}
