using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>Settings, globally, of contexts and of subjects.</summary>
internal static class ConfigEndpoints
{
    public static RouteGroupBuilder MapConfig(this RouteGroupBuilder registry)
    {
        var config = registry.MapGroup("/config").WithTags("Config (v1)");
        config.MapGet("", GetGlobal).WithName("getTopLevelConfig").WithSummary("The settings that hold without others");
        config.MapPut("", SetGlobalAsync).WithName("updateTopLevelConfig").RunsAtLeader().Takes<ConfigRequest>()
            .WithSummary("Change the settings that hold without others");
        config.MapDelete("", ResetGlobalAsync).WithName("deleteTopLevelConfig").RunsAtLeader()
            .WithSummary("Return to the default settings");
        config.MapGet("/{subject}", Get).WithName("getSubjectLevelConfig").WithSummary("The settings of a subject");
        config.MapPut("/{subject}", SetAsync).WithName("updateSubjectLevelConfig").RunsAtLeader().Takes<ConfigRequest>()
            .WithSummary("Change the settings of a subject");
        config.MapDelete("/{subject}", ResetAsync).WithName("deleteSubjectConfig").RunsAtLeader()
            .WithSummary("Let the global settings hold for a subject again");
        return registry;
    }

    private static RegistryAnswer<RegistryConfig> GetGlobal(SchemaRegistry registry) =>
        new(registry.EffectiveConfig(SchemaStore.Global));

    private static Task<RegistryAnswer<ConfigRequest>> SetGlobalAsync(
        HttpContext context, RegistryWriter writer, CancellationToken cancellation) =>
        ChangeAsync(context, writer, SchemaStore.Global, cancellation);

    private static async Task<RegistryAnswer<RegistryConfig>> ResetGlobalAsync(
        SchemaRegistry registry, RegistryWriter writer, CancellationToken cancellation)
    {
        await writer.SetConfigAsync(SchemaStore.Global, _ => null, cancellation);
        return GetGlobal(registry);
    }

    private static RegistryAnswer<RegistryConfig> Get(string subject, SchemaRegistry registry, bool? defaultToGlobal)
    {
        var key = SettingKeys.From(subject);
        if (defaultToGlobal == true || key.Length == 0)
            return new(registry.EffectiveConfig(key));
        return new(registry.Store.ConfigOf(key) ?? throw RegistryProblems.LevelNotConfigured(key));
    }

    private static Task<RegistryAnswer<ConfigRequest>> SetAsync(
        HttpContext context, string subject, RegistryWriter writer, CancellationToken cancellation) =>
        ChangeAsync(context, writer, SettingKeys.From(subject), cancellation);

    private static async Task<RegistryAnswer<RegistryConfig>> ResetAsync(
        string subject, SchemaRegistry registry, RegistryWriter writer, CancellationToken cancellation)
    {
        var key = SettingKeys.From(subject);
        var old = registry.Store.ConfigOf(key) ?? throw RegistryProblems.SubjectNotFound(key);
        await writer.SetConfigAsync(key, _ => null, cancellation);
        return new(old);
    }

    private static async Task<RegistryAnswer<ConfigRequest>> ChangeAsync(
        HttpContext context, RegistryWriter writer, string key, CancellationToken cancellation)
    {
        var change = await ConfigChange.ReadAsync(context);
        await writer.SetConfigAsync(key, change.Apply, cancellation);
        return new(change.Echo());
    }
}
