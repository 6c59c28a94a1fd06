using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.Hosting;

/// <summary>
/// Counts the requests of each client in each second, when ApiOptions says how many it may send. A client is who it says
/// it is by Authorization, or else its address. Every answer tells what is left; beyond it the answer is 429.
/// </summary>
internal sealed class RateLimits(ApiOptions options)
{
    /// <summary>Clients that are counted; when there are more the counts of all begin anew.</summary>
    public const int MaxClients = 100_000;

    private readonly ConcurrentDictionary<string, Window> _windows = new(StringComparer.Ordinal);

    /// <summary>Takes one request from what the client may send in this second.</summary>
    /// <returns>False when nothing was left.</returns>
    public bool TryTake(HttpContext context)
    {
        if (options.RequestsPerSecond is not { } limit)
            return true;
        var nowMs = options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var second = nowMs / 1000;
        if (_windows.Count >= MaxClients)
            _windows.Clear();
        var left = limit - _windows.GetOrAdd(ClientOf(context), _ => new Window()).Count(second);
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = Text(limit);
        headers["RateLimit-Remaining"] = Text(Math.Max(left, 0));
        headers["RateLimit-Reset"] = "1";
        if (left >= 0)
            return true;
        headers.RetryAfter = "1";
        return false;
    }

    // Secrets are not kept, only a digest of them.
    private static string ClientOf(HttpContext context) =>
        AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var who)
            ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(who.ToString())))
            : context.Connection.RemoteIpAddress?.ToString() ?? "";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Window
    {
        private readonly Lock _lock = new();
        private long _second;
        private int _count;

        public int Count(long second)
        {
            lock (_lock)
            {
                if (second != _second)
                    (_second, _count) = (second, 0);
                return ++_count;
            }
        }
    }
}

/// <summary>Answers 429, in JSON as every error, to a client that sends more than it may.</summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, RateLimits limits)
{
    public Task InvokeAsync(HttpContext context) => limits.TryTake(context) ? next(context)
        : throw new ProblemException(StatusCodes.Status429TooManyRequests,
            "Too many requests: see RateLimit-Limit, and come again after Retry-After seconds.");
}
