using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>Modes, globally, of contexts and of subjects.</summary>
internal static class ModeEndpoints
{
    public static RouteGroupBuilder MapModes(this RouteGroupBuilder registry)
    {
        var modes = registry.MapGroup("/mode").WithTags("Modes (v1)");
        modes.MapGet("", GetGlobal).WithName("getTopLevelMode").WithSummary("The mode that holds without another");
        modes.MapPut("", SetGlobalAsync).WithName("updateTopLevelMode").RunsAtLeader().Takes<ModeBody>()
            .WithSummary("Set the mode that holds without another");
        modes.MapDelete("", DeleteGlobalAsync).WithName("deleteGlobalMode").RunsAtLeader()
            .WithSummary("Return to the default mode; with recursive=true also in every subject");
        modes.MapGet("/{subject}", Get).WithName("getMode").WithSummary("The mode of a subject");
        modes.MapPut("/{subject}", SetAsync).WithName("updateMode").RunsAtLeader().Takes<ModeBody>()
            .WithSummary("Set the mode of a subject");
        modes.MapDelete("/{subject}", DeleteAsync).WithName("deleteSubjectMode").RunsAtLeader()
            .WithSummary("Let the global mode hold for a subject again");
        return registry;
    }

    private static RegistryAnswer<ModeBody> GetGlobal(SchemaRegistry registry) =>
        Answer(registry.EffectiveMode(SchemaStore.Global));

    private static Task<RegistryAnswer<ModeBody>> SetGlobalAsync(
        HttpContext context, RegistryWriter writer, bool? force, CancellationToken cancellation) =>
        SetModeAsync(context, writer, SchemaStore.Global, force, cancellation);

    private static Task<RegistryAnswer<ModeBody>> DeleteGlobalAsync(
        SchemaRegistry registry, RegistryWriter writer, bool? recursive, CancellationToken cancellation) =>
        ResetAsync(writer, SchemaStore.Global, registry.EffectiveMode(SchemaStore.Global), recursive, cancellation);

    private static RegistryAnswer<ModeBody> Get(string subject, SchemaRegistry registry, bool? defaultToGlobal)
    {
        var key = SettingKeys.From(subject);
        var own = registry.Store.ModeOf(key);
        if (own is null && defaultToGlobal != true && key.Length > 0)
            throw RegistryProblems.ModeNotConfigured(key);
        return Answer(own ?? registry.EffectiveMode(key));
    }

    private static Task<RegistryAnswer<ModeBody>> SetAsync(HttpContext context, string subject,
        RegistryWriter writer, bool? force, CancellationToken cancellation) =>
        SetModeAsync(context, writer, SettingKeys.From(subject), force, cancellation);

    private static Task<RegistryAnswer<ModeBody>> DeleteAsync(string subject, SchemaRegistry registry,
        RegistryWriter writer, bool? recursive, CancellationToken cancellation)
    {
        var key = SettingKeys.From(subject);
        var old = registry.Store.ModeOf(key) ?? throw RegistryProblems.SubjectNotFound(key);
        return ResetAsync(writer, key, old, recursive, cancellation);
    }

    private static async Task<RegistryAnswer<ModeBody>> ResetAsync(RegistryWriter writer, string key,
        RegistryMode old, bool? recursive, CancellationToken cancellation)
    {
        if (recursive == true)
            await writer.DeleteModesUnderAsync(key, cancellation);
        else
            await writer.SetModeAsync(key, null, force: false, cancellation);
        return Answer(old);
    }

    private static async Task<RegistryAnswer<ModeBody>> SetModeAsync(
        HttpContext context, RegistryWriter writer, string key, bool? force, CancellationToken cancellation)
    {
        var request = await RegistryRequests.ReadModeAsync(context);
        var mode = RegistryModes.Parse(request.Mode) ?? throw RegistryProblems.InvalidMode(request.Mode);
        if (mode == RegistryMode.FORWARD && key is not (SchemaStore.Global or SubjectNames.GlobalContext))
            throw RegistryProblems.NotForSubjects(mode);
        await writer.SetModeAsync(key, mode, force == true, cancellation);
        return Answer(mode);
    }

    private static RegistryAnswer<ModeBody> Answer(RegistryMode mode) => new(new ModeBody(mode.ToString()));
}
