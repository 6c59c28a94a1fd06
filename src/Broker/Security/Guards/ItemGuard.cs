using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security.Guards;

/// <summary>Refuses items of a request, each with its own error, and hands on the others. Makes nothing on the heap when all
/// are allowed.</summary>
/// <param name="authorizer">Decides.</param>
/// <param name="items">The items; null when the request is about everything.</param>
/// <param name="need">What an item needs; null when it names nothing that there is, which its handler will tell.</param>
/// <param name="merge">Adds the answer about what was refused to the answer about the rest.</param>
internal sealed class ItemGuard<TRequest, TResponse, TItem>(
    Authorizer authorizer, Func<TRequest, List<TItem>?> items, Func<TRequest, TItem, Needed?> need,
    Action<TResponse, TResponse> merge)
    : IApiGuard<TRequest, TResponse>
    where TRequest : IRequest<TResponse>, new()
    where TResponse : class, IResponse, new()
{
    /// <inheritdoc/>
    public ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context, IApiHandler<TRequest, TResponse> next)
    {
        List<(TItem Item, ErrorCode Code)>? refused = null;
        if (items(request) is { } all)
            foreach (var item in all)
                if (need(request, item) is { } needed && !authorizer.Allows(context, needed))
                    (refused ??= []).Add((item, needed.Refusal));
        return refused is null
            ? next.HandleAsync(request, context)
            : HandleRestAsync(request, items(request)!, refused, context, next);
    }

    private async ValueTask<TResponse?> HandleRestAsync(TRequest request, List<TItem> all,
        List<(TItem Item, ErrorCode Code)> refused, RequestContext context, IApiHandler<TRequest, TResponse> next)
    {
        List<TItem> allowed = [.. all.Where(item => !refused.Exists(other => Equals(other.Item, item)))];
        // The handler itself knows best what its errors look like: it is given what was refused, and nothing else.
        var failures = new List<TResponse?>();
        foreach (var sameCode in refused.GroupBy(other => other.Code))
        {
            Put(all, sameCode.Select(other => other.Item));
            failures.Add(next.Fail(request, sameCode.Key, sameCode.Key.Describe()));
        }
        Put(all, allowed);
        var response = await next.HandleAsync(request, context);
        foreach (var failure in failures)
        {
            if (response is null || failure is null)
                throw new UnansweredRequestException($"{context.ApiKey} is refused in part and has no place for an error");
            merge(response, failure);
        }
        return response;
    }

    private static void Put(List<TItem> into, IEnumerable<TItem> items)
    {
        into.Clear();
        into.AddRange(items);
    }
}
