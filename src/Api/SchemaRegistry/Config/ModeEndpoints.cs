using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>Modes, globally and per subject.</summary>
internal static class ModeEndpoints
{
    public static RouteGroupBuilder MapModes(this RouteGroupBuilder registry)
    {
        var modes = registry.MapGroup("/mode").WithTags("Modes (v1)");
        modes.MapGet("", GetGlobal).WithName("getTopLevelMode").WithSummary("The mode that holds without another");
        modes.MapPut("", SetGlobalAsync).WithName("updateTopLevelMode").Takes<ModeBody>()
            .WithSummary("Set the mode that holds without another");
        modes.MapGet("/{subject}", Get).WithName("getMode").WithSummary("The mode of a subject");
        modes.MapPut("/{subject}", SetAsync).WithName("updateMode").Takes<ModeBody>()
            .WithSummary("Set the mode of a subject");
        modes.MapDelete("/{subject}", ResetAsync).WithName("deleteSubjectMode")
            .WithSummary("Let the global mode hold for a subject again");
        return registry;
    }

    private static RegistryAnswer<ModeBody> GetGlobal(SchemaRegistry registry) => Answer(registry.Store.GlobalMode);

    private static async Task<RegistryAnswer<ModeBody>> SetGlobalAsync(
        HttpContext context, SchemaRegistry registry, CancellationToken cancellation) =>
        await SetModeAsync(context, registry, null, cancellation);

    private static RegistryAnswer<ModeBody> Get(string subject, SchemaRegistry registry, bool? defaultToGlobal)
    {
        subject = PathSegment.Decode(subject);
        var own = registry.Store.ModeOf(subject);
        if (own is null && defaultToGlobal != true)
            throw RegistryProblems.ModeNotConfigured(subject);
        return Answer(own ?? registry.Store.GlobalMode);
    }

    private static async Task<RegistryAnswer<ModeBody>> SetAsync(
        HttpContext context, string subject, SchemaRegistry registry, CancellationToken cancellation)
    {
        subject = PathSegment.Decode(subject);
        SubjectNames.Check(subject);
        return await SetModeAsync(context, registry, subject, cancellation);
    }

    private static async Task<RegistryAnswer<ModeBody>> ResetAsync(
        string subject, SchemaRegistry registry, CancellationToken cancellation)
    {
        subject = PathSegment.Decode(subject);
        var old = registry.Store.ModeOf(subject) ?? throw RegistryProblems.SubjectNotFound(subject);
        await registry.SetModeAsync(subject, null, cancellation);
        return Answer(old);
    }

    private static async Task<RegistryAnswer<ModeBody>> SetModeAsync(
        HttpContext context, SchemaRegistry registry, string? subject, CancellationToken cancellation)
    {
        var request = await RegistryRequests.ReadModeAsync(context);
        var mode = RegistryModes.Parse(request.Mode) ?? throw RegistryProblems.InvalidMode(request.Mode);
        await registry.SetModeAsync(subject, mode, cancellation);
        return Answer(mode);
    }

    private static RegistryAnswer<ModeBody> Answer(RegistryMode mode) => new(new ModeBody(mode.ToString()));
}
