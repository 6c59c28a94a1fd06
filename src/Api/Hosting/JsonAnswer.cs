using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Api.Hosting;

/// <summary>Writes a value as JSON in one piece, with its length, so that small answers leave in one packet.</summary>
internal static class JsonAnswer
{
    public static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, string contentType,
        int status = StatusCodes.Status200OK) =>
        WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(value, type), contentType, status);

    /// <summary>Writes JSON that is there already.</summary>
    public static Task WriteAsync(
        HttpContext context, byte[] json, string contentType, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }
}
