using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>Rules that serializers apply to data. The registry keeps them; it does not run them.</summary>
internal sealed record RuleSet(
    [property: JsonPropertyName("migrationRules")] IReadOnlyList<Rule>? MigrationRules = null,
    [property: JsonPropertyName("domainRules")] IReadOnlyList<Rule>? DomainRules = null,
    [property: JsonPropertyName("encodingRules")] IReadOnlyList<Rule>? EncodingRules = null,
    [property: JsonPropertyName("enableAt")] string? EnableAt = null)
{
    [JsonIgnore]
    public IEnumerable<Rule> All => (MigrationRules ?? []).Concat(DomainRules ?? []).Concat(EncodingRules ?? []);

    [JsonIgnore]
    public bool IsEmpty => EnableAt is null && !All.Any();

    /// <summary>Both sets of rules; of two rules with one name the second wins.</summary>
    public static RuleSet? Merge(RuleSet? first, RuleSet? second)
    {
        var merged = first is null || second is null ? first ?? second : new RuleSet(
            Merge(first.MigrationRules, second.MigrationRules), Merge(first.DomainRules, second.DomainRules),
            Merge(first.EncodingRules, second.EncodingRules), second.EnableAt ?? first.EnableAt);
        return merged is null or { IsEmpty: true } ? null : merged;
    }

    /// <summary>What is wrong with the rules, or null.</summary>
    public string? Problem()
    {
        foreach (var group in new[] { MigrationRules, DomainRules, EncodingRules })
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var rule in group ?? [])
            {
                if (rule.Problem() is { } problem)
                    return problem;
                if (!names.Add(rule.Name!))
                    return $"the rule '{rule.Name}' is there twice";
            }
        }
        return null;
    }

    private static IReadOnlyList<Rule>? Merge(IReadOnlyList<Rule>? first, IReadOnlyList<Rule>? second) =>
        first is null || second is null ? first ?? second
            : [.. first.Where(rule => second.All(other => other.Name != rule.Name)), .. second];
}

/// <summary>One rule.</summary>
internal sealed record Rule(
    [property: JsonPropertyName("name")] string? Name = null,
    [property: JsonPropertyName("doc")] string? Doc = null,
    [property: JsonPropertyName("kind")] string? Kind = null,
    [property: JsonPropertyName("mode")] string? Mode = null,
    [property: JsonPropertyName("type")] string? Type = null,
    [property: JsonPropertyName("tags")] SortedSet<string>? Tags = null,
    [property: JsonPropertyName("params")] SortedDictionary<string, string>? Params = null,
    [property: JsonPropertyName("expr")] string? Expr = null,
    [property: JsonPropertyName("onSuccess")] string? OnSuccess = null,
    [property: JsonPropertyName("onFailure")] string? OnFailure = null,
    [property: JsonPropertyName("disabled")] bool Disabled = false)
{
    private const int MaxNameChars = 64;

    /// <summary>What is wrong with the rule, or null.</summary>
    public string? Problem() => this switch
    {
        { Name: null or "" } => "a rule has no name",
        { Name.Length: > MaxNameChars } => $"the name of the rule '{Name}' is longer than {MaxNameChars} characters",
        { Kind: not (null or "TRANSFORM" or "CONDITION") } =>
            $"the rule '{Name}' has the kind '{Kind}'; kinds are TRANSFORM and CONDITION",
        { Mode: not (null or "UPGRADE" or "DOWNGRADE" or "UPDOWN" or "READ" or "WRITE" or "WRITEREAD") } =>
            $"the rule '{Name}' has the mode '{Mode}'; modes are UPGRADE, DOWNGRADE, UPDOWN, READ, WRITE, WRITEREAD",
        { Type: null or "" } => $"the rule '{Name}' has no type",
        _ => null,
    };
}
