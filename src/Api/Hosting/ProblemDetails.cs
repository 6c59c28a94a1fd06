using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Platform.Api.Hosting;

/// <summary>An error as RFC 9457 words it, for clients that accept it; with Confluent's code as an extension.</summary>
/// <param name="Type">What kind of problem it is.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The status.</param>
/// <param name="Detail">What was wrong.</param>
/// <param name="Instance">The path that was asked.</param>
/// <param name="ErrorCode">Confluent's code.</param>
/// <param name="Message">As the detail, where clients of Confluent look for it.</param>
internal sealed record ProblemBody(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("status")] int Status,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("instance")] string Instance,
    [property: JsonPropertyName("error_code")] int ErrorCode,
    [property: JsonPropertyName("message")] string Message);

[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ProblemJson : JsonSerializerContext;

internal static class ProblemDetails
{
    public const string MediaType = "application/problem+json";

    private static readonly ProblemJson Relaxed = new(new JsonSerializerOptions(ProblemJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Only who names the type gets it: a wildcard means the body that Confluent's clients know.</summary>
    public static bool IsWanted(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains(MediaType, StringComparison.OrdinalIgnoreCase);

    public static Task WriteAsync(HttpContext context, ErrorResponse error, int status) => JsonAnswer.WriteAsync(
        context, new ProblemBody($"urn:platform:error:{error.ErrorCode}", ReasonPhrases.GetReasonPhrase(status), status,
            error.Message, context.Request.Path.Value ?? "", error.ErrorCode, error.Message),
        Relaxed.ProblemBody, MediaType, status);
}
