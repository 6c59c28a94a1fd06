using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Compatibility;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>Settings as a request changes them: members that are absent stay, members that are null are cleared.</summary>
internal sealed class ConfigChange
{
    private const string Level = "compatibilityLevel";
    private const string LevelInRequests = "compatibility";

    private readonly Dictionary<string, JsonElement> _members;

    private ConfigChange(Dictionary<string, JsonElement> members) => _members = members;

    /// <exception cref="ProblemException">42203 for a level or policy that is none, 42210 for bad rules.</exception>
    public static async ValueTask<ConfigChange> ReadAsync(HttpContext context)
    {
        var members = await JsonBody.ReadAsync(context, RegistryJson.Relaxed.DictionaryStringJsonElement);
        if (members.Remove(LevelInRequests, out var level) || members.Remove(Level, out level))
            members[Level] = level;
        var change = new ConfigChange(members);
        change.Check();
        return change;
    }

    /// <summary>The settings after the change.</summary>
    public RegistryConfig Apply(RegistryConfig? old)
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(
            old ?? new RegistryConfig(), RegistryJson.Relaxed.RegistryConfig)!;
        foreach (var (name, value) in _members)
            json[name] = value.ValueKind == JsonValueKind.Null ? null : Normal(name, value);
        try
        {
            return json.Deserialize(RegistryJson.Relaxed.RegistryConfig)! with { Subject = null };
        }
        catch (JsonException error)
        {
            throw JsonBody.Explain(error);
        }
    }

    /// <summary>What the request said, with the level as requests name it.</summary>
    public ConfigRequest Echo()
    {
        var config = Apply(null);
        return new ConfigRequest(config.CompatibilityLevel, config.Alias, config.AliasForDeks, config.Normalize,
            config.ValidateFields, config.ValidateNewSchemas, config.ValidateRules, config.CompatibilityPolicy,
            config.CompatibilityGroup, config.DefaultMetadata, config.OverrideMetadata, config.DefaultRuleSet,
            config.OverrideRuleSet);
    }

    private void Check()
    {
        var config = Apply(null);
        if (_members.ContainsKey(Level) && config.CompatibilityLevel is { } level
            && CompatibilityLevels.Parse(level) is null)
            throw RegistryProblems.InvalidLevel(level);
        if (config.CompatibilityPolicy is { } policy && Policies.Parse(policy) is null)
            throw RegistryProblems.InvalidPolicy(policy);
        if ((config.DefaultRuleSet?.Problem() ?? config.OverrideRuleSet?.Problem()) is { } problem)
            throw RegistryProblems.InvalidRuleSet(problem);
        if (_members.Count == 0)
            throw RegistryProblems.InvalidLevel(null);
    }

    private static JsonNode? Normal(string name, JsonElement value) =>
        name is Level or "compatibilityPolicy" && value.ValueKind == JsonValueKind.String
            ? JsonValue.Create(value.GetString()!.ToUpperInvariant()) : JsonSerializer.SerializeToNode(
                value, RegistryJson.Relaxed.JsonElement);
}
