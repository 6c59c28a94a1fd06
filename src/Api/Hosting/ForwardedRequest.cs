using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Api.Hosting;

/// <summary>A request that came here, to be sent on to another process of ours as it came.</summary>
internal static class ForwardedRequest
{
    /// <summary>Set on requests that were sent on once, as Confluent's registries do; they are not sent on again.</summary>
    public const string Header = "X-Forward";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    private static readonly string[] Headers =
        ["Accept", "Authorization", "If-Match", "Idempotency-Key", ErrorMiddleware.RequestIdHeader];

    /// <summary>The request for another process.</summary>
    /// <param name="url">Its base address.</param>
    /// <param name="context">The request as it came.</param>
    /// <param name="body">Its body.</param>
    public static HttpRequestMessage Create(string url, HttpContext context, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), TargetOf(url, context));
        foreach (var name in Headers)
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
                request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }
        request.Headers.Add(Header, "true");
        request.Content = new ReadOnlyMemoryContent(body);
        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type))
            request.Content.Headers.ContentType = type;
        return request;
    }

    /// <summary>A client for such requests.</summary>
    /// <param name="timeout">How long an answer may take.</param>
    public static HttpClient NewClient(TimeSpan timeout) => new(new SocketsHttpHandler
    {
        ConnectTimeout = ConnectTimeout,
        UseProxy = false,
        AllowAutoRedirect = false,
    })
    { Timeout = timeout };

    // The raw target keeps the client's own encoding of names with slashes, and the prefix of a context.
    private static Uri TargetOf(string url, HttpContext context) =>
        new(url + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
}
