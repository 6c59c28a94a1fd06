using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>Outcome of a check; the messages are there when the client asked for verbose=true.</summary>
internal sealed record CompatibilityCheckResponse(
    [property: JsonPropertyName("is_compatible")] bool IsCompatible,
    [property: JsonPropertyName("messages")] IReadOnlyList<string>? Messages,
    [property: JsonPropertyName("reasons")] IReadOnlyList<CompatibilityReason>? Reasons = null);

/// <summary>A reason in fields: what, where, why, and what may be done.</summary>
/// <param name="ErrorType">Name of the reason.</param>
/// <param name="Pointer">Place in the schema.</param>
/// <param name="Explanation">A sentence.</param>
/// <param name="Fix">What the author of the new schema may do.</param>
/// <param name="Version">The earlier version that does not fit.</param>
/// <param name="Direction">BACKWARD when the new schema cannot read, FORWARD when the old one cannot.</param>
internal sealed record CompatibilityReason(
    [property: JsonPropertyName("errorType")] string ErrorType,
    [property: JsonPropertyName("pointer")] string Pointer,
    [property: JsonPropertyName("explanation")] string Explanation,
    [property: JsonPropertyName("fix")] string Fix,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("direction")] string Direction)
{
    public static CompatibilityReason From(CompatibilityProblem problem) => new(
        problem.Reason?.ErrorType ?? "SCHEMA_TYPE_CHANGED", problem.Reason?.Pointer ?? "", problem.Explanation,
        problem.Reason?.Fix ?? "Keep the type of schema, or register under another subject.", problem.Version,
        problem.IsForward ? "FORWARD" : "BACKWARD");
}

/// <summary>How a version differs from another: what each cannot read of the other.</summary>
internal sealed record SchemaDiffResponse(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("from")] int From,
    [property: JsonPropertyName("to")] int To,
    [property: JsonPropertyName("is_backward_compatible")] bool IsBackwardCompatible,
    [property: JsonPropertyName("is_forward_compatible")] bool IsForwardCompatible,
    [property: JsonPropertyName("reasons")] IReadOnlyList<CompatibilityReason> Reasons);
