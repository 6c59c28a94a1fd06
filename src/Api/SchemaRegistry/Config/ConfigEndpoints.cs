using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Compatibility;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>Compatibility levels, globally and per subject.</summary>
internal static class ConfigEndpoints
{
    public static RouteGroupBuilder MapConfig(this RouteGroupBuilder registry)
    {
        var config = registry.MapGroup("/config").WithTags("Config (v1)");
        config.MapGet("", GetGlobal).WithName("getTopLevelConfig").WithSummary("The level that holds without another");
        config.MapPut("", SetGlobalAsync).WithName("updateTopLevelConfig").Takes<ConfigRequest>()
            .WithSummary("Set the level that holds without another");
        config.MapDelete("", ResetGlobalAsync).WithName("deleteTopLevelConfig")
            .WithSummary("Return to the default level");
        config.MapGet("/{subject}", Get).WithName("getSubjectLevelConfig").WithSummary("The level of a subject");
        config.MapPut("/{subject}", SetAsync).WithName("updateSubjectLevelConfig").Takes<ConfigRequest>()
            .WithSummary("Set the level of a subject");
        config.MapDelete("/{subject}", ResetAsync).WithName("deleteSubjectConfig")
            .WithSummary("Let the global level hold for a subject again");
        return registry;
    }

    private static RegistryAnswer<ConfigResponse> GetGlobal(SchemaRegistry registry) =>
        Answer(registry.Store.GlobalLevel);

    private static async Task<RegistryAnswer<ConfigRequest>> SetGlobalAsync(
        HttpContext context, SchemaRegistry registry, CancellationToken cancellation) =>
        await SetLevelAsync(context, registry, null, cancellation);

    private static async Task<RegistryAnswer<ConfigResponse>> ResetGlobalAsync(
        SchemaRegistry registry, CancellationToken cancellation)
    {
        await registry.SetLevelAsync(null, null, cancellation);
        return Answer(registry.Store.GlobalLevel);
    }

    private static RegistryAnswer<ConfigResponse> Get(string subject, SchemaRegistry registry, bool? defaultToGlobal)
    {
        subject = PathSegment.Decode(subject);
        var own = registry.Store.LevelOf(subject);
        if (own is null && defaultToGlobal != true)
            throw RegistryProblems.LevelNotConfigured(subject);
        return Answer(own ?? registry.Store.GlobalLevel);
    }

    private static async Task<RegistryAnswer<ConfigRequest>> SetAsync(
        HttpContext context, string subject, SchemaRegistry registry, CancellationToken cancellation)
    {
        subject = PathSegment.Decode(subject);
        SubjectNames.Check(subject);
        return await SetLevelAsync(context, registry, subject, cancellation);
    }

    private static async Task<RegistryAnswer<ConfigResponse>> ResetAsync(
        string subject, SchemaRegistry registry, CancellationToken cancellation)
    {
        subject = PathSegment.Decode(subject);
        var old = registry.Store.LevelOf(subject) ?? throw RegistryProblems.SubjectNotFound(subject);
        await registry.SetLevelAsync(subject, null, cancellation);
        return Answer(old);
    }

    private static async Task<RegistryAnswer<ConfigRequest>> SetLevelAsync(
        HttpContext context, SchemaRegistry registry, string? subject, CancellationToken cancellation)
    {
        var request = await RegistryRequests.ReadConfigAsync(context);
        var text = request.Compatibility ?? request.CompatibilityLevel;
        var level = CompatibilityLevels.Parse(text) ?? throw RegistryProblems.InvalidLevel(text);
        await registry.SetLevelAsync(subject, level, cancellation);
        return new(new ConfigRequest(level.ToString()));
    }

    private static RegistryAnswer<ConfigResponse> Answer(CompatibilityLevel level) =>
        new(new ConfigResponse(level.ToString()));
}
