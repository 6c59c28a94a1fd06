using System.Globalization;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>An earlier version to compare with.</summary>
internal sealed record EarlierSchema(int Version, string Text, ISchemaModel Model);

/// <summary>One reason, in fields that a program can read.</summary>
/// <param name="Version">The earlier version that the new schema does not fit.</param>
/// <param name="IsForward">True when it is the earlier schema that cannot read.</param>
/// <param name="Reason">What is wrong; null when the two are of different types.</param>
internal sealed record CompatibilityProblem(int Version, bool IsForward, IIncompatibility? Reason)
{
    public string Message => Reason is null ? "Incompatible because of different schema type"
        : IsForward ? Reason.Describe("old", "new") : Reason.Describe("new", "old");

    public string Explanation => Reason is null ? Message
        : IsForward ? Reason.Explain("old", "new") : Reason.Explain("new", "old");
}

/// <summary>Outcome of a check.</summary>
internal sealed record CompatibilityVerdict(
    IReadOnlyList<string> Messages, IReadOnlyList<CompatibilityProblem> Problems)
{
    public static CompatibilityVerdict Compatible { get; } = new([], []);

    public bool IsCompatible => Problems.Count == 0;
}

/// <summary>How a check is to be done.</summary>
internal readonly record struct CompatibilityRules(
    CompatibilityLevel Level, CompatibilityPolicy Policy = CompatibilityPolicy.STRICT);

/// <summary>Compares a new schema with earlier versions as a level asks, and words the outcome.</summary>
internal static class CompatibilityChecker
{
    /// <summary>An old schema is quoted in messages up to this many characters.</summary>
    public const int MaxQuotedSchemaChars = 10 * 1024;

    /// <summary>Problems that one check reports; a schema may differ in thousands of places.</summary>
    public const int MaxProblems = 100;

    /// <summary>What the first earlier version that does not fit has against the schema.</summary>
    /// <param name="next">The new schema.</param>
    /// <param name="newestFirst">The versions to compare with; only the first counts unless the level is
    /// transitive.</param>
    /// <param name="rules">What to check.</param>
    public static CompatibilityVerdict Check(
        ISchemaModel next, IEnumerable<EarlierSchema> newestFirst, CompatibilityRules rules)
    {
        foreach (var earlier in rules.Level.IsTransitive() ? newestFirst : newestFirst.Take(1))
        {
            var problems = Problems(next, earlier, rules);
            if (problems.Count > 0)
                return new CompatibilityVerdict(
                    [.. problems.Select(one => one.Message), .. Context(earlier, rules.Level)], problems);
        }
        return CompatibilityVerdict.Compatible;
    }

    private static List<CompatibilityProblem> Problems(
        ISchemaModel next, EarlierSchema earlier, CompatibilityRules rules)
    {
        if (next.SchemaType != earlier.Model.SchemaType)
            return [new CompatibilityProblem(earlier.Version, IsForward: false, Reason: null)];
        var problems = new List<CompatibilityProblem>();
        if (rules.Level.ChecksForward())
            problems.AddRange(earlier.Model.ProblemsReading(next, rules.Policy).Take(MaxProblems)
                .Select(one => new CompatibilityProblem(earlier.Version, IsForward: true, one)));
        if (rules.Level.ChecksBackward())
            problems.AddRange(next.ProblemsReading(earlier.Model, rules.Policy).Take(MaxProblems)
                .Select(one => new CompatibilityProblem(earlier.Version, IsForward: false, one)));
        return problems;
    }

    private static IEnumerable<string> Context(EarlierSchema earlier, CompatibilityLevel level) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{{oldSchemaVersion: {earlier.Version}}}"),
        $"{{oldSchema: '{Quote(earlier.Text)}'}}",
        $"{{validateFields: 'false', compatibility: '{level}'}}",
    ];

    private static string Quote(string text) =>
        text.Length <= MaxQuotedSchemaChars ? text : text[..MaxQuotedSchemaChars] + "<truncated>";
}
