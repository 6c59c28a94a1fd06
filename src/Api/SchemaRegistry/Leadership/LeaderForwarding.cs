using System.Globalization;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>Put around endpoints that change the registry: they run where the leader is.</summary>
internal sealed class LeaderForwarding(ISchemaLog log, LeaderRouter router, LeaderClient leader)
{
    /// <summary>Runs a request here or at the leader.</summary>
    /// <param name="context">The request.</param>
    /// <param name="run">Runs it here.</param>
    /// <param name="answersKnown">A registry that does not lead may answer when it has the answer; if it finds
    /// anything wrong it asks the leader, who may know more.</param>
    public async ValueTask<object?> RunAsync(HttpContext context, Func<ValueTask<object?>> run, bool answersKnown)
    {
        if (context.Request.Headers.ContainsKey(LeaderClient.ForwardHeader))
        {
            var result = await router.RunForwardedAsync(run);
            context.Response.Headers[LeaderClient.OffsetHeader] =
                log.NextOffset.ToString(CultureInfo.InvariantCulture);
            return result;
        }
        // Kept, because it is read again by each attempt.
        var body = await JsonBody.ReadAllAsync(context);
        JsonBody.Keep(context, body);
        if (answersKnown && !router.IsLeader && await AnswerKnownAsync(run) is { } known)
            return known;
        return await router.RunAsync(
            run,
            async (to, cancellation) =>
            {
                var answer = await leader.SendAsync(to, context, body, cancellation);
                return (answer, (object?)answer);
            },
            mayRepeat: !HttpMethods.IsDelete(context.Request.Method), context.RequestAborted);
    }

    private static async ValueTask<object?> AnswerKnownAsync(Func<ValueTask<object?>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception error) when (error is NotLeaderException or ProblemException)
        {
            return null;
        }
    }
}

/// <summary>Marks endpoints as writes.</summary>
internal static class LeaderForwardingExtensions
{
    /// <summary>Runs the endpoint where the leader is.</summary>
    public static RouteHandlerBuilder RunsAtLeader(this RouteHandlerBuilder endpoint, bool answersKnown = false) =>
        endpoint.AddEndpointFilter((context, next) => context.HttpContext.RequestServices
            .GetRequiredService<LeaderForwarding>().RunAsync(context.HttpContext, () => next(context), answersKnown));
}
