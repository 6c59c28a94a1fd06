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
        registry.MapGet("/subjects/{subject}/diff/{from}/{to}", Diff).WithName("diffSchemaVersions")
            .WithTags("Compatibility (v1)").WithSummary("What two versions of a subject cannot read of each other");
        return registry;
    }

    private static async Task<RegistryAnswer<CompatibilityCheckResponse>> CheckVersionAsync(
        HttpContext context, string subject, string version, SchemaRegistry registry, bool? normalize, bool? verbose)
    {
        subject = registry.Resolve(PathSegment.Decode(subject));
        var number = VersionText.Parse(version);
        var request = await RegistryRequests.ReadSchemaAsync(context);
        var schema = registry.Parse(subject, request, normalize == true);
        if (number is null && registry.Store.Versions(subject, Visibility.Live).Count == 0)
            return Answer(CompatibilityVerdict.Compatible, verbose);
        var other = Find(registry, subject, number);
        return Answer(registry.Check(schema, [other], registry.EffectiveConfig(subject).Rules), verbose);
    }

    private static async Task<RegistryAnswer<CompatibilityCheckResponse>> CheckSubjectAsync(
        HttpContext context, string subject, SchemaRegistry registry, bool? normalize, bool? verbose)
    {
        subject = registry.Resolve(PathSegment.Decode(subject));
        var request = await RegistryRequests.ReadSchemaAsync(context);
        var schema = registry.Filled(subject, registry.Parse(subject, request, normalize == true));
        return Answer(registry.Check(subject, schema), verbose);
    }

    private static RegistryAnswer<SchemaDiffResponse> Diff(
        string subject, string from, string to, SchemaRegistry registry)
    {
        subject = registry.Resolve(PathSegment.Decode(subject));
        var before = VersionText.Find(registry.Store, subject, from, Visibility.LiveAndDeleted);
        var after = VersionText.Find(registry.Store, subject, to, Visibility.LiveAndDeleted);
        var rules = registry.EffectiveConfig(subject).Rules with { Level = CompatibilityLevel.FULL };
        var problems = registry.Check(registry.Parser.ParseStored(after), [before], rules).Problems;
        return new(new SchemaDiffResponse(subject, before.Version, after.Version,
            problems.All(one => one.IsForward), problems.All(one => one is { IsForward: false, Reason: not null }),
            [.. problems.Select(CompatibilityReason.From)]));
    }

    // A version of an unknown subject is an unknown version here, not an unknown subject.
    private static StoredSchema Find(SchemaRegistry registry, string subject, int? number)
    {
        var live = registry.Store.Versions(subject, Visibility.Live);
        return number is null ? live[^1]
            : live.FirstOrDefault(one => one.Version == number) ?? throw RegistryProblems.VersionNotFound(number.Value);
    }

    private static RegistryAnswer<CompatibilityCheckResponse> Answer(CompatibilityVerdict verdict, bool? verbose) =>
        new(verbose == true
            ? new CompatibilityCheckResponse(verdict.IsCompatible, verdict.Messages,
                verdict.IsCompatible ? null : [.. verdict.Problems.Select(CompatibilityReason.From)])
            : new CompatibilityCheckResponse(verdict.IsCompatible, null));
}
