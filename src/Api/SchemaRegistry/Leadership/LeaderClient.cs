using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>Sends writes on to the leader, as they came.</summary>
internal sealed class LeaderClient : IDisposable
{
    /// <summary>Set on requests that were sent on once, as Confluent's registries do; they are not sent on again.</summary>
    public const string ForwardHeader = ForwardedRequest.Header;

    /// <summary>Tells the one who sent it on how far it must read to see the write.</summary>
    public const string OffsetHeader = "X-Schemas-Offset";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http = ForwardedRequest.NewClient(AnswerTimeout);

    /// <summary>The leader's answer to a request that came here.</summary>
    /// <exception cref="HttpRequestException">It gave none.</exception>
    public async Task<ForwardedAnswer> SendAsync(
        RegistryIdentity leader, HttpContext context, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        using var request = ForwardedRequest.Create(leader.Url, context, body);
        return await SendAsync(request, cancellation);
    }

    /// <summary>Asks the leader to register a schema.</summary>
    /// <exception cref="HttpRequestException">It gave no answer.</exception>
    public async Task<ForwardedAnswer> RegisterAsync(
        RegistryIdentity leader, string subject, RegisterSchemaRequest schema, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"{leader.Url}/subjects/{Uri.EscapeDataString(subject)}/versions"));
        request.Content = new ByteArrayContent(
            JsonSerializer.SerializeToUtf8Bytes(schema, RegistryJson.Relaxed.RegisterSchemaRequest));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypes.Registry);
        request.Headers.Add(ForwardHeader, "true");
        return await SendAsync(request, cancellation);
    }

    private async Task<ForwardedAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var response = await _http.SendAsync(request, cancellation);
        return new ForwardedAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(),
            response.Headers.ETag?.ToString(), await response.Content.ReadAsByteArrayAsync(cancellation),
            response.Headers.TryGetValues(OffsetHeader, out var offsets)
                && long.TryParse(offsets.First(), out var offset) ? offset : null);
    }

    /// <summary>True when nobody listened, so that the request did not reach anybody.</summary>
    public static bool WasRefused(HttpRequestException error) =>
        error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    public void Dispose() => _http.Dispose();
}

/// <summary>What the leader said, handed on to the client.</summary>
internal sealed class ForwardedAnswer(int status, string? contentType, string? etag, byte[] body, long? offset)
    : IResult
{
    public int Status => status;

    public byte[] Body => body;

    /// <summary>The registry has seen the write when it has applied everything below this.</summary>
    public long? Offset { get; } = offset;

    /// <summary>The one who was asked does not lead, or not any more: nothing was written.</summary>
    public bool IsNoLeader => status == (int)HttpStatusCode.MisdirectedRequest;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        if (etag is not null)
            httpContext.Response.Headers.ETag = etag;
        if (status == StatusCodes.Status204NoContent)
            return;
        httpContext.Response.ContentType = contentType;
        httpContext.Response.ContentLength = body.Length;
        await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
