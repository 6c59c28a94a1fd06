using System.Globalization;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Config;

namespace Platform.Api.SchemaRegistry;

/// <summary>The registry's errors with Confluent's codes. Clients compare codes, people read the text.</summary>
internal static class RegistryProblems
{
    public static ProblemException SubjectNotFound(string subject) => new(40401, $"Subject '{subject}' not found.");

    public static ProblemException VersionNotFound(int version) => new(40402, Text($"Version {version} not found."));

    public static ProblemException SchemaNotFound() => new(40403, "Schema not found");

    public static ProblemException SchemaNotFound(int id) => new(40403, Text($"Schema {id} not found"));

    public static ProblemException SubjectSoftDeleted(string subject) => new(40404,
        $"Subject '{subject}' was soft deleted. Set permanent=true to delete permanently");

    public static ProblemException SubjectNotSoftDeleted(string subject) => new(40405,
        $"Subject '{subject}' was not deleted first before being permanently deleted");

    public static ProblemException VersionSoftDeleted(string subject, int version) => new(40406,
        Text($"Subject '{subject}' Version {version} was soft deleted. Set permanent=true to delete permanently"));

    public static ProblemException VersionNotSoftDeleted(string subject, int version) => new(40407,
        Text($"Subject '{subject}' Version {version} was not deleted first before being permanently deleted"));

    public static ProblemException LevelNotConfigured(string subject) => new(40408,
        $"Subject '{subject}' does not have subject-level compatibility configured");

    public static ProblemException ModeNotConfigured(string subject) => new(40409,
        $"Subject '{subject}' does not have subject-level mode configured");

    /// <summary>The code is 409, or 40901 for clients of Confluent's newer releases.</summary>
    public static ProblemException Incompatible(int errorCode, string subject, IEnumerable<string> messages) => new(
        errorCode,
        "Schema being registered is incompatible with an earlier schema for subject "
        + $"\"{subject}\", details: [{string.Join(", ", messages)}]");

    public static ProblemException InvalidSchema(string reason) => new(42201, $"Invalid schema, details: {reason}");

    public static ProblemException InvalidVersion(string version) => new(42202,
        $"The specified version '{version}' is not a valid version id. "
        + "Allowed values are between [1, 2^31-1] and the string \"latest\"");

    public static ProblemException InvalidLevel(string? level) => new(42203,
        $"Invalid compatibility level '{level}'. Valid values are none, backward, forward, full, "
        + "backward_transitive, forward_transitive, and full_transitive");

    public static ProblemException InvalidMode(string? mode) => new(42204,
        $"Invalid mode '{mode}'. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, IMPORT and FORWARD");

    public static ProblemException NotForSubjects(RegistryMode mode) => new(42204,
        $"Invalid mode '{mode}': it can be set for all subjects together only");

    public static ProblemException InvalidPolicy(string? policy) => new(42203,
        $"Invalid compatibility policy '{policy}'. Valid values are STRICT, LENIENT and LOGICAL");

    public static ProblemException NotPermitted(string reason) => new(42205, reason);

    public static ProblemException InvalidRuleSet(string problem) => new(42210, $"Invalid rule set: {problem}");

    public static ProblemException ContextNotEmpty(string context) => new(42211,
        $"The context '{context}' is not empty: delete its subjects first");

    public static ProblemException ContextNotFound(string context) => new(40401, $"Context '{context}' not found.");

    public static ProblemException ReadOnly(string subject) => new(42205,
        $"Subject {SubjectNames.NameOf(subject)} in context {Context(subject)} is in read-only mode");

    public static ProblemException Referenced(string subject, int version) => new(42206, Text(
        $"One or more references exist to the schema {{magic=1,keytype=SCHEMA,subject={subject},version={version}}}."));

    public static ProblemException InvalidSubject(string subject) => new(42208,
        $"The specified subject '{subject}' is not valid: it may not be reserved or hold control characters");

    public static ProblemException SchemaTooLarge(int length) => new(42209, Text(
        $"The schema has {length} characters; at most {Schemas.SchemaLimits.MaxSchemaChars} are allowed"));

    private static string Context(string subject) => SubjectNames.ContextOf(subject) is { Length: > 0 } context
        ? context : SubjectNames.DefaultContext;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
