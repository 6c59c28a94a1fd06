using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>Settings to change. Requests say compatibility, answers compatibilityLevel; both are taken.</summary>
internal sealed record ConfigRequest(
    [property: JsonPropertyName("compatibility")] string? Compatibility,
    [property: JsonPropertyName("compatibilityLevel")] string? CompatibilityLevel = null);

/// <summary>Settings of a subject or of all.</summary>
internal sealed record ConfigResponse([property: JsonPropertyName("compatibilityLevel")] string CompatibilityLevel);

/// <summary>Mode of a subject or of all, in requests and answers.</summary>
internal sealed record ModeBody([property: JsonPropertyName("mode")] string? Mode);
