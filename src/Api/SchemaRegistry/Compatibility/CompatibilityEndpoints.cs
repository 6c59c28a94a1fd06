using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>Checks without registering.</summary>
internal static class CompatibilityEndpoints
{
    public static RouteGroupBuilder MapCompatibility(this RouteGroupBuilder registry)
    {
        var checks = registry.MapGroup("/compatibility/subjects/{subject}/versions").WithTags("Compatibility (v1)");
        checks.MapPost("/{version}", CheckVersionAsync).WithName("testCompatibilityBySubjectName")
            .Takes<RegisterSchemaRequest>().WithSummary("Whether a schema is compatible with one version");
        checks.MapPost("", CheckSubjectAsync).WithName("testCompatibilityForSubject")
            .Takes<RegisterSchemaRequest>().WithSummary("Whether a schema is compatible as the subject's level asks");
        return registry;
    }

    private static async Task<RegistryAnswer<CompatibilityCheckResponse>> CheckVersionAsync(
        HttpContext context, string subject, string version, SchemaRegistry registry, bool? verbose)
    {
        subject = PathSegment.Decode(subject);
        var number = VersionText.Parse(version);
        var schema = await RegistryRequests.ReadSchemaAsync(context, registry);
        if (number is null && registry.Store.Versions(subject, Visibility.Live).Count == 0)
            return Answer([], verbose);
        var other = Find(registry, subject, number);
        return Answer(registry.Incompatibilities(schema, [other], registry.EffectiveLevel(subject)), verbose);
    }

    private static async Task<RegistryAnswer<CompatibilityCheckResponse>> CheckSubjectAsync(
        HttpContext context, string subject, SchemaRegistry registry, bool? verbose)
    {
        var schema = await RegistryRequests.ReadSchemaAsync(context, registry);
        return Answer(registry.Incompatibilities(PathSegment.Decode(subject), schema), verbose);
    }

    // A version of an unknown subject is an unknown version here, not an unknown subject.
    private static StoredSchema Find(SchemaRegistry registry, string subject, int? number)
    {
        var live = registry.Store.Versions(subject, Visibility.Live);
        return number is null ? live[^1]
            : live.FirstOrDefault(one => one.Version == number) ?? throw RegistryProblems.VersionNotFound(number.Value);
    }

    private static RegistryAnswer<CompatibilityCheckResponse> Answer(IReadOnlyList<string> messages, bool? verbose) =>
        new(new CompatibilityCheckResponse(messages.Count == 0, verbose == true ? messages : null));
}
