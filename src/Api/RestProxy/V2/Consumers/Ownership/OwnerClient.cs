using System.Globalization;
using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>What became of a call that was sent to the owner of its instance.</summary>
internal enum ForwardOutcome
{
    /// <summary>The client has the owner's answer.</summary>
    Answered,
    /// <summary>The one who was asked does not own the instance.</summary>
    NotOwner,
    /// <summary>Nobody answered.</summary>
    NoAnswer,
}

/// <summary>Sends calls on to the replica that owns their instance, and its answers back as they come.</summary>
internal sealed class OwnerClient(ApiOptions options) : IDisposable
{
    /// <summary>Set on calls that were sent on once; they are not sent on again.</summary>
    public const string ForwardHeader = ForwardedRequest.Header;

    /// <summary>How long the owner may take, besides the time that a read waits for records: it may have to wait for the
    /// group.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    /// <summary>An owner that says nothing for so long is asked whether it is there, and has as long to say so.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private const string LivenessPath = "/health/live";

    private readonly HttpClient _http = ForwardedRequest.NewClient(Timeout.InfiniteTimeSpan);

    /// <summary>Asks the owner, and answers the client with what it says.</summary>
    public async Task<ForwardOutcome> TrySendAsync(InstanceState state, HttpContext context, ReadOnlyMemory<byte> body)
    {
        using var request = ForwardedRequest.Create(state.Owner.Url, context, body);
        using var limit = new CancellationTokenSource(AnswerTimeout + WaitOf(state, context), options.Time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, limit.Token);
        try
        {
            using var answer = await AnswerAsync(state.Owner, request, ends);
            if (answer.StatusCode == System.Net.HttpStatusCode.MisdirectedRequest)
                return ForwardOutcome.NotOwner;
            await CopyAsync(answer, context);
            return ForwardOutcome.Answered;
        }
        catch (Exception error) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested
            && error is HttpRequestException or OperationCanceledException)
        {
            return ForwardOutcome.NoAnswer;
        }
    }

    public void Dispose() => _http.Dispose();

    // A process that hangs takes connections and says nothing; reads may be long without anything being wrong.
    private async Task<HttpResponseMessage> AnswerAsync(
        InstanceOwner owner, HttpRequestMessage request, CancellationTokenSource ends)
    {
        var answer = _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token);
        while (true)
        {
            try
            {
                return await answer.WaitAsync(Silence, options.Time, ends.Token);
            }
            catch (TimeoutException)
            {
                if (!await IsThereAsync(owner, ends.Token))
                    await ends.CancelAsync();
            }
        }
    }

    private async Task<bool> IsThereAsync(InstanceOwner owner, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(owner.Url + LivenessPath), cancellation)
                .WaitAsync(Silence, options.Time, cancellation);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or TimeoutException)
        {
            return false;
        }
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = (int)answer.StatusCode;
        response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (answer.StatusCode != System.Net.HttpStatusCode.NoContent)
        {
            response.ContentLength = answer.Content.Headers.ContentLength;
            await answer.Content.CopyToAsync(response.Body, context.RequestAborted);
        }
        // Starts an answer without a body, too: it must not be taken for none.
        await response.StartAsync(context.RequestAborted);
    }

    private static TimeSpan WaitOf(InstanceState state, HttpContext context) =>
        TimeSpan.FromMilliseconds(ConsumeEndpoints.TimeoutOf(
            int.TryParse(context.Request.Query["timeout"], CultureInfo.InvariantCulture, out var asked) ? asked : null,
            state.Settings.RequestTimeoutMs));
}
