using System.Text.Json.Serialization;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>
/// Settings of a subject, of a context or of all; what is null is decided further out. Also the value of a CONFIG
/// record of the schemas topic, where the subject is filled in.
/// </summary>
internal sealed record RegistryConfig
{
    [JsonPropertyName("subject"), JsonPropertyOrder(-2)]
    public string? Subject { get; init; }

    [JsonPropertyName("compatibilityLevel"), JsonPropertyOrder(-1)]
    public string? CompatibilityLevel { get; init; }

    /// <summary>The subject that is meant when this one is named.</summary>
    [JsonPropertyName("alias")]
    public string? Alias { get; init; }

    /// <summary>The subject whose data encryption keys are meant when those of this one are asked for.</summary>
    [JsonPropertyName("aliasForDeks")]
    public string? AliasForDeks { get; init; }

    [JsonPropertyName("normalize")]
    public bool? Normalize { get; init; }

    [JsonPropertyName("validateFields")]
    public bool? ValidateFields { get; init; }

    [JsonPropertyName("validateNewSchemas")]
    public bool? ValidateNewSchemas { get; init; }

    [JsonPropertyName("validateRules")]
    public bool? ValidateRules { get; init; }

    [JsonPropertyName("compatibilityPolicy")]
    public string? CompatibilityPolicy { get; init; }

    /// <summary>Name of a property of the metadata; only versions with the same value are compared.</summary>
    [JsonPropertyName("compatibilityGroup")]
    public string? CompatibilityGroup { get; init; }

    [JsonPropertyName("defaultMetadata")]
    public SchemaMetadata? DefaultMetadata { get; init; }

    [JsonPropertyName("overrideMetadata")]
    public SchemaMetadata? OverrideMetadata { get; init; }

    [JsonPropertyName("defaultRuleSet")]
    public RuleSet? DefaultRuleSet { get; init; }

    [JsonPropertyName("overrideRuleSet")]
    public RuleSet? OverrideRuleSet { get; init; }

    /// <summary>What holds where nothing is set.</summary>
    public static RegistryConfig Default { get; } =
        new() { CompatibilityLevel = CompatibilityLevels.Default.ToString() };

    [JsonIgnore]
    public CompatibilityLevel Level => CompatibilityLevels.Parse(CompatibilityLevel) ?? CompatibilityLevels.Default;

    [JsonIgnore]
    public CompatibilityRules Rules => new(Level, Policies.Parse(CompatibilityPolicy) ?? default);

    /// <summary>True when what is registered may be changed by these settings.</summary>
    [JsonIgnore]
    public bool Fills => (DefaultMetadata ?? OverrideMetadata) is not null
        || (DefaultRuleSet ?? OverrideRuleSet) is not null;

    /// <summary>These settings, and the other ones where these say nothing.</summary>
    public RegistryConfig Over(RegistryConfig other) => new()
    {
        CompatibilityLevel = CompatibilityLevel ?? other.CompatibilityLevel,
        Alias = Alias,
        AliasForDeks = AliasForDeks,
        Normalize = Normalize ?? other.Normalize,
        ValidateFields = ValidateFields ?? other.ValidateFields,
        ValidateNewSchemas = ValidateNewSchemas ?? other.ValidateNewSchemas,
        ValidateRules = ValidateRules ?? other.ValidateRules,
        CompatibilityPolicy = CompatibilityPolicy ?? other.CompatibilityPolicy,
        CompatibilityGroup = CompatibilityGroup ?? other.CompatibilityGroup,
        DefaultMetadata = DefaultMetadata ?? other.DefaultMetadata,
        OverrideMetadata = OverrideMetadata ?? other.OverrideMetadata,
        DefaultRuleSet = DefaultRuleSet ?? other.DefaultRuleSet,
        OverrideRuleSet = OverrideRuleSet ?? other.OverrideRuleSet,
    };
}

/// <summary>Names of policies.</summary>
internal static class Policies
{
    public static CompatibilityPolicy? Parse(string? text) =>
        Enum.TryParse<CompatibilityPolicy>(text, ignoreCase: true, out var policy) && Enum.IsDefined(policy)
            && !char.IsAsciiDigit(text![0]) ? policy : null;
}
