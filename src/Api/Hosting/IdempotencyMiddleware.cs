using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.Hosting;

/// <summary>
/// A POST of the REST proxy that carries an Idempotency-Key is carried out once: a second one with the same key gets the
/// answer of the first, also when it comes while the first is under way. Answers are kept in this process for a while.
/// </summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next, ApiOptions options)
{
    public const string Header = "Idempotency-Key";

    /// <summary>Set on an answer that is a repetition.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>Longest key.</summary>
    public const int MaxKeyChars = 255;

    /// <summary>Answers that are kept.</summary>
    public const int MaxAnswers = 10_000;

    /// <summary>A longer answer is not kept; a request with the same key is then refused.</summary>
    public const int MaxAnswerBytes = 1024 * 1024;

    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context)
    {
        string? key = context.Request.Headers[Header];
        var surface = context.GetEndpoint()?.Metadata.GetMetadata<SurfaceMetadata>()?.Surface;
        return key is null || !HttpMethods.IsPost(context.Request.Method)
            || surface is not (Surface.RestV2 or Surface.RestV3) ? next(context) : OnceAsync(context, key);
    }

    private async Task OnceAsync(HttpContext context, string key)
    {
        if (key.Length is 0 or > MaxKeyChars)
            throw new ProblemException(StatusCodes.Status400BadRequest, $"{Header} has 1 to {MaxKeyChars} characters.");
        var body = (await JsonBody.ReadAllAsync(context)).ToArray();
        context.Request.Body = new MemoryStream(body);
        Forget();
        var digest = Convert.ToHexString(SHA256.HashData(body));
        var place = $"{context.Request.Path}\n{context.Request.Headers.Authorization}\n{key}";
        var own = new Entry(digest, options.Time.GetUtcNow() + Lifetime);
        var entry = _entries.GetOrAdd(place, own);
        if (entry == own)
            await FirstAsync(context, place, own);
        else if (entry.Digest != digest)
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                $"The {Header} was used with another body before.");
        else
            await AgainAsync(context, entry);
    }

    private async Task FirstAsync(HttpContext context, string place, Entry entry)
    {
        var output = context.Response.Body;
        using var kept = new KeptBody(output, MaxAnswerBytes);
        context.Response.Body = kept;
        try
        {
            await next(context);
            // Whoever failed for reasons of the server may try again.
            if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError || kept.IsTooLong)
                _entries.TryRemove(place, out _);
            entry.Answer.TrySetResult(kept.IsTooLong ? null
                : new Kept(context.Response.StatusCode, context.Response.ContentType, kept.ToArray()));
        }
        catch
        {
            _entries.TryRemove(place, out _);
            entry.Answer.TrySetResult(null);
            throw;
        }
        finally
        {
            context.Response.Body = output;
        }
    }

    private static async Task AgainAsync(HttpContext context, Entry entry)
    {
        var answer = await entry.Answer.Task.WaitAsync(context.RequestAborted)
            ?? throw new ProblemException(StatusCodes.Status409Conflict,
                $"The first request with this {Header} failed or has no answer that could be kept; use another key.");
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers[ReplayedHeader] = "true";
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private void Forget()
    {
        if (_entries.Count < MaxAnswers)
            return;
        var now = options.Time.GetUtcNow();
        foreach (var (place, entry) in _entries)
        {
            if (entry.ExpiresAt < now)
                _entries.TryRemove(place, out _);
        }
        if (_entries.Count >= MaxAnswers)
            throw new ProblemException(StatusCodes.Status429TooManyRequests,
                $"{MaxAnswers} answers are kept for an {Header} already; try again later or without one.");
    }

    private sealed record Kept(int Status, string? ContentType, byte[] Body);

    private sealed class Entry(string digest, DateTimeOffset expiresAt)
    {
        public string Digest { get; } = digest;

        public DateTimeOffset ExpiresAt { get; } = expiresAt;

        public TaskCompletionSource<Kept?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    // Writes through, and keeps a copy up to a limit.
    private sealed class KeptBody(Stream output, int maxBytes) : Stream
    {
        private readonly MemoryStream _copy = new();

        public bool IsTooLong { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public byte[] ToArray() => _copy.ToArray();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Keep(buffer.Span);
            await output.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("answers are written asynchronously");

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush()
        {
            // Nothing is buffered here.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _copy.Dispose();
            base.Dispose(disposing);
        }

        private void Keep(ReadOnlySpan<byte> buffer)
        {
            if (IsTooLong |= _copy.Length + buffer.Length > maxBytes)
                return;
            _copy.Write(buffer);
        }
    }
}
