using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Api.Hosting;

/// <summary>Writes a value as JSON in one piece, with its length, so that small answers leave in one packet.</summary>
internal static class JsonAnswer
{
    public static async Task WriteAsync<T>(
        HttpContext context, T value, JsonTypeInfo<T> type, string contentType, int status = StatusCodes.Status200OK)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
