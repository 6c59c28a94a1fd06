using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>
/// Runs a change where the leader is. While there is none it waits, since clients take an error for an answer and a
/// pause for a slow network.
/// </summary>
internal sealed class LeaderRouter(
    ISchemaLog log, RegistryLeadership leadership, RegistryElection election, ApiOptions options)
{
    /// <summary>How long a change waits for a leader that takes it.</summary>
    public static readonly TimeSpan LeaderWait = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan ReadYourWrites = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    public bool IsLeader => leadership.IsLeader;

    /// <summary>Runs a change here or at the leader.</summary>
    /// <param name="local">Runs it here.</param>
    /// <param name="forward">Sends it to the leader.</param>
    /// <param name="mayRepeat">It does no harm when it was done already by an attempt that got no answer.</param>
    /// <param name="cancellation">The client has gone.</param>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> local,
        Func<RegistryIdentity, CancellationToken, Task<(ForwardedAnswer Answer, T Result)>> forward, bool mayRepeat,
        CancellationToken cancellation)
    {
        for (var deadline = options.Time.GetUtcNow() + LeaderWait; options.Time.GetUtcNow() < deadline;)
        {
            await WhenLeaderKnownAsync(deadline, cancellation);
            if (leadership.IsLeader && await TryRunAsync(local) is (true, var result))
                return result;
            if (leadership.Leader is { } other && !leadership.IsLeader
                && await TryForwardAsync(other, forward, mayRepeat, cancellation) is (true, var answered))
                return answered;
            await Task.Delay(RetryPause, options.Time, cancellation);
        }
        throw NoLeader();
    }

    /// <summary>Runs a change that another registry has sent here because it thinks that this one leads.</summary>
    /// <exception cref="ProblemException">421 when this one does not lead.</exception>
    public async ValueTask<T> RunForwardedAsync<T>(Func<ValueTask<T>> local)
    {
        election.Want();
        return await TryRunAsync(local) is (true, var result) ? result
            : throw new ProblemException(StatusCodes.Status421MisdirectedRequest, "This registry does not lead.");
    }

    private static async ValueTask<(bool Done, T Result)> TryRunAsync<T>(Func<ValueTask<T>> run)
    {
        try
        {
            return (true, await run());
        }
        catch (NotLeaderException)
        {
            return (false, default!);
        }
    }

    private async Task WhenLeaderKnownAsync(DateTimeOffset deadline, CancellationToken cancellation)
    {
        if (leadership.Leader is not null)
            return;
        election.Want();
        var left = deadline - options.Time.GetUtcNow();
        try
        {
            await leadership.WhenKnownAsync().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero,
                options.Time, cancellation);
        }
        catch (TimeoutException)
        {
            throw NoLeader();
        }
    }

    private async ValueTask<(bool Done, T Result)> TryForwardAsync<T>(RegistryIdentity to,
        Func<RegistryIdentity, CancellationToken, Task<(ForwardedAnswer Answer, T Result)>> forward, bool mayRepeat,
        CancellationToken cancellation)
    {
        try
        {
            var (answer, result) = await forward(to, cancellation);
            if (answer.IsNoLeader)
                return (false, default!);
            await ReadYourWritesAsync(answer);
            return (true, result);
        }
        catch (HttpRequestException error) when (LeaderClient.WasRefused(error))
        {
            await election.SuspectAsync(to, cancellation);
            return (false, default!);
        }
        catch (Exception error) when (error is HttpRequestException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // A deletion is not repeated: the second one would find nothing to delete, and say so.
            return mayRepeat ? (false, default!)
                : throw new ProblemException(50003, $"The leader {to.Url} broke off the request: {error.Message}");
        }
    }

    private async Task ReadYourWritesAsync(ForwardedAnswer answer)
    {
        if (answer.Offset is not { } next || next <= log.NextOffset)
            return;
        await log.WhenAppliedAsync(next - 1).WaitAsync(ReadYourWrites, options.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static ProblemException NoLeader() => new(50004,
        $"No leader of the schema registries took the write within {LeaderWait.TotalSeconds} s. Try again.");
}
