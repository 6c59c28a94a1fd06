using System.Text.Json.Serialization;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>
/// Settings to change: what is absent stays, what is null is cleared. Requests say compatibility, answers
/// compatibilityLevel; both are taken.
/// </summary>
internal sealed record ConfigRequest(
    [property: JsonPropertyName("compatibility")] string? Compatibility = null,
    [property: JsonPropertyName("alias")] string? Alias = null,
    [property: JsonPropertyName("aliasForDeks")] string? AliasForDeks = null,
    [property: JsonPropertyName("normalize")] bool? Normalize = null,
    [property: JsonPropertyName("validateFields")] bool? ValidateFields = null,
    [property: JsonPropertyName("validateNewSchemas")] bool? ValidateNewSchemas = null,
    [property: JsonPropertyName("validateRules")] bool? ValidateRules = null,
    [property: JsonPropertyName("compatibilityPolicy")] string? CompatibilityPolicy = null,
    [property: JsonPropertyName("compatibilityGroup")] string? CompatibilityGroup = null,
    [property: JsonPropertyName("defaultMetadata")] SchemaMetadata? DefaultMetadata = null,
    [property: JsonPropertyName("overrideMetadata")] SchemaMetadata? OverrideMetadata = null,
    [property: JsonPropertyName("defaultRuleSet")] RuleSet? DefaultRuleSet = null,
    [property: JsonPropertyName("overrideRuleSet")] RuleSet? OverrideRuleSet = null);

/// <summary>Mode of a subject or of all, in requests and answers.</summary>
internal sealed record ModeBody([property: JsonPropertyName("mode")] string? Mode);
