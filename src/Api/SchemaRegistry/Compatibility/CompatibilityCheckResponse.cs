using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>Outcome of a check; the messages are there when the client asked for verbose=true.</summary>
internal sealed record CompatibilityCheckResponse(
    [property: JsonPropertyName("is_compatible")] bool IsCompatible,
    [property: JsonPropertyName("messages")] IReadOnlyList<string>? Messages);
