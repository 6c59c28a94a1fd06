using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security.Guards;

/// <summary>Refuses the whole request, in the API's usual place for errors.</summary>
/// <param name="authorizer">Decides.</param>
/// <param name="needs">What the request needs; any of them will do. None: this guard does not concern it.</param>
internal sealed class WholeGuard<TRequest, TResponse>(Authorizer authorizer, Func<IRequest, Needed[]> needs)
    : IApiGuard<TRequest, TResponse>
    where TRequest : IRequest<TResponse>, new()
    where TResponse : class, IResponse, new()
{
    /// <inheritdoc/>
    public ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context, IApiHandler<TRequest, TResponse> next)
    {
        var all = needs(request);
        for (var i = 0; i < all.Length - 1; i++)
            if (authorizer.Sees(context, all[i]))
                return next.HandleAsync(request, context);
        if (all.Length == 0 || authorizer.Allows(context, all[^1]))
            return next.HandleAsync(request, context);
        var code = all[^1].Refusal;
        return new(next.Fail(request, code, code.Describe())
            ?? throw new UnansweredRequestException($"{context.ApiKey} is refused and has no place for an error"));
    }
}
