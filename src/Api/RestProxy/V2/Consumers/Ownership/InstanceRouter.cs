using Platform.Api.Hosting;
using Platform.Client;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>
/// Runs a call where its instance is: here, at the replica that owns it, or, when that has gone, here after taking it over.
/// </summary>
internal sealed class InstanceRouter(ConsumerInstances instances, InstanceLog log, OwnerClient owners)
{
    /// <summary>An instance that changes hands more often during one call is left to the next one.</summary>
    private const int MaxAttempts = 5;

    /// <summary>Runs a call.</summary>
    /// <param name="context">The call.</param>
    /// <param name="key">The instance.</param>
    /// <param name="run">Runs it here.</param>
    public async ValueTask<object?> RunAsync(HttpContext context, InstanceKey key, Func<ValueTask<object?>> run)
    {
        if (instances.Find(key) is not null && !log.IsKept)
            return await run();
        // Kept, because it is read again by each attempt.
        var body = await JsonBody.ReadAllAsync(context);
        JsonBody.Keep(context, body);
        await log.KeepUpAsync(context.RequestAborted);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (instances.Find(key) is not null)
            {
                if (await TryRunAsync(context, key, run) is (true, var result))
                    return result;
                continue;
            }
            var state = await log.FindAsync(key, context.RequestAborted) ?? throw V2Problems.ConsumerNotFound();
            if (await IsLeftAsync(context, state, body))
                await instances.AdoptAsync(state);
            else if (context.Response.HasStarted)
                return Results.Empty;
        }
        throw new ProblemException(50302, $"Consumer instance '{key.Name}' is changing hands. Try again.");
    }

    // Another process has joined the group in this one's place: it is asked next.
    private async ValueTask<(bool Done, object? Result)> TryRunAsync(
        HttpContext context, InstanceKey key, Func<ValueTask<object?>> run)
    {
        try
        {
            return (true, await run());
        }
        catch (KafkaException error) when (error.Code == ErrorCode.FencedInstanceId && !context.Response.HasStarted)
        {
            await log.RefreshAsync(context.RequestAborted);
            if (instances.Find(key) is not null)
                throw;
            return (false, null);
        }
    }

    /// <summary>True when nobody holds the instance any more; false when its owner has answered, or somebody else owns it by
    /// now.</summary>
    private async Task<bool> IsLeftAsync(HttpContext context, InstanceState state, ReadOnlyMemory<byte> body)
    {
        // It was ours, or of the process that listened here before us.
        if (state.Owner.Incarnation == log.Self.Incarnation || state.Owner.Url == log.Self.Url)
            return true;
        if (context.Request.Headers.ContainsKey(OwnerClient.ForwardHeader))
            throw new ProblemException(StatusCodes.Status421MisdirectedRequest,
                "This replica does not own the consumer instance.");
        var outcome = await owners.TrySendAsync(state, context, body);
        if (outcome == ForwardOutcome.NotOwner)
            await log.RefreshAsync(context.RequestAborted);
        return outcome switch
        {
            ForwardOutcome.Answered => false,
            ForwardOutcome.NoAnswer => true,
            _ => (await log.FindAsync(state.Key, context.RequestAborted))?.Owner == state.Owner,
        };
    }
}

/// <summary>Marks the calls of an instance.</summary>
internal static class InstanceRouterExtensions
{
    /// <summary>Runs the endpoint where its instance is.</summary>
    public static TBuilder RunsAtOwner<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter<TBuilder, InstanceFilter>();

    private sealed class InstanceFilter(InstanceRouter router) : IEndpointFilter
    {
        public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            var route = context.HttpContext.Request.RouteValues;
            var key = new InstanceKey(
                PathSegment.Decode((string)route["group"]!), PathSegment.Decode((string)route["instance"]!));
            return router.RunAsync(context.HttpContext, key, () => next(context));
        }
    }
}
