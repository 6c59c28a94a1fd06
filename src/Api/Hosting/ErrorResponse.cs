using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.Hosting;

/// <summary>The body of every error on all three surfaces.</summary>
/// <param name="ErrorCode">Confluent's code: the HTTP status, or the status followed by two digits that tell
/// more.</param>
/// <param name="Message">What was wrong, where, and what to do.</param>
internal sealed record ErrorResponse(
    [property: JsonPropertyName("error_code")] int ErrorCode,
    [property: JsonPropertyName("message")] string Message);

[JsonSerializable(typeof(ErrorResponse))]
internal sealed partial class ErrorJson : JsonSerializerContext;

/// <summary>Errors with quotes and other letters as they are, for people who read them with curl.</summary>
internal static class ErrorText
{
    public static readonly ErrorJson Relaxed = new(new JsonSerializerOptions(ErrorJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
