using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Api.Hosting;

/// <summary>
/// Reads request bodies, and says with line and position what is wrong with one that is not the JSON expected.
/// </summary>
internal static class JsonBody
{
    /// <summary>A request body other than a stream of records may have this many bytes.</summary>
    public const int MaxBodyBytes = 10 * 1024 * 1024;

    private const int Unprocessable = StatusCodes.Status422UnprocessableEntity;

    /// <summary>Reads a body that must be there.</summary>
    /// <exception cref="ProblemException">400 for what is not JSON or of another type, 422 for an empty body or unknown
    /// field.</exception>
    public static async ValueTask<T> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, int emptyBodyCode = Unprocessable) where T : class =>
        await ReadOptionalAsync(context, type)
        ?? throw new ProblemException(emptyBodyCode,
            "Payload error. The request body is empty; a JSON object is expected.");

    /// <summary>Reads a body that may be missing.</summary>
    public static async ValueTask<T?> ReadOptionalAsync<T>(HttpContext context, JsonTypeInfo<T> type) where T : class
    {
        if (context.Request.ContentLength == 0 || context.Request.ContentLength is null && !HasChunks(context.Request))
            return null;
        var body = await ReadAllAsync(context);
        return IsBlank(body) ? null : Parse(body, type);
    }

    private static bool HasChunks(HttpRequest request) => request.Headers.TransferEncoding.Count > 0
        || !request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal);

    /// <summary>The answer to a body beyond a limit.</summary>
    public static ProblemException TooLarge(long maxBytes) => new(StatusCodes.Status413PayloadTooLarge,
        string.Create(CultureInfo.InvariantCulture,
            $"The request body is larger than the {maxBytes} bytes that are allowed."));

    /// <summary>Words a JSON error; the position is where the reader stood.</summary>
    public static ProblemException Explain(JsonException error)
    {
        const string unmapped = "The JSON property '";
        if (error.Message.StartsWith(unmapped, StringComparison.Ordinal))
        {
            var name = error.Message[unmapped.Length..error.Message.IndexOf('\'', unmapped.Length)];
            return new ProblemException(Unprocessable, $"Unrecognized field: {name}");
        }
        if (Missing(error.Message) is { } missing)
            return new ProblemException(StatusCodes.Status400BadRequest, $"Missing required field: {missing}");
        var line = (error.LineNumber ?? 0) + 1;
        var column = (error.BytePositionInLine ?? 0) + 1;
        var where = error.Path is { Length: > 1 } path ? $" in {path}" : "";
        return new ProblemException(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture,
            $"Malformed JSON at line {line}, byte {column}{where}: {Sentence(error.Message)}"));
    }

    private static T? Parse<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, type);
        }
        catch (JsonException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="ProblemException">413 when it is larger than <see cref="MaxBodyBytes"/>.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAllAsync(HttpContext context)
    {
        if (context.Features.Get<KeptBody>() is { } kept)
            return kept.Bytes;
        if (context.Request.ContentLength > MaxBodyBytes)
            throw TooLarge(MaxBodyBytes);
        using var buffer = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (buffer.Length + result.Buffer.Length > MaxBodyBytes)
                throw TooLarge(MaxBodyBytes);
            foreach (var part in result.Buffer)
                buffer.Write(part.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        }
    }

    /// <summary>Keeps a body that was read, for whoever reads it next.</summary>
    public static void Keep(HttpContext context, ReadOnlyMemory<byte> body) =>
        context.Features.Set(new KeptBody(body));

    private sealed record KeptBody(ReadOnlyMemory<byte> Bytes);

    private static bool IsBlank(ReadOnlyMemory<byte> body) => body.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    // Names of our types say nothing to a client.
    private static string? Missing(string message)
    {
        const string missing = "was missing required properties including: ";
        var at = message.IndexOf(missing, StringComparison.Ordinal);
        return at < 0 ? null : Sentence(message[(at + missing.Length)..]).TrimEnd('.').Replace("'", "", StringComparison.Ordinal);
    }

    // The framework appends its own path and position, counted from zero.
    private static string Sentence(string message)
    {
        if (message.StartsWith("The JSON value could not be converted to ", StringComparison.Ordinal))
            return "a value of another type is expected.";
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (end < 0)
            end = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
