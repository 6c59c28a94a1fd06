using System.Globalization;
using Platform.Api.SchemaRegistry.Avro;

namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>An earlier version to compare with.</summary>
internal sealed record EarlierSchema(int Version, string Text, AvroSchema Avro);

/// <summary>Compares a new schema with earlier versions as a level asks, and words the outcome.</summary>
internal static class CompatibilityChecker
{
    /// <summary>An old schema is quoted in messages up to this many characters.</summary>
    public const int MaxQuotedSchemaChars = 10 * 1024;

    /// <summary>Messages of the first earlier version that does not fit; empty when all do.</summary>
    /// <param name="next">The new schema.</param>
    /// <param name="newestFirst">The versions to compare with; only the first counts unless the level is
    /// transitive.</param>
    /// <param name="level">What to check.</param>
    public static IReadOnlyList<string> Check(
        AvroSchema next, IEnumerable<EarlierSchema> newestFirst, CompatibilityLevel level)
    {
        foreach (var earlier in level.IsTransitive() ? newestFirst : newestFirst.Take(1))
        {
            var problems = Problems(next, earlier.Avro, level);
            if (problems.Count > 0)
                return [.. problems, .. Context(earlier, level)];
        }
        return [];
    }

    private static List<string> Problems(AvroSchema next, AvroSchema earlier, CompatibilityLevel level)
    {
        var problems = new List<string>();
        if (level.ChecksForward())
            problems.AddRange(AvroCompatibility.Check(reader: earlier, writer: next)
                .Select(one => one.Describe("old", "new")));
        if (level.ChecksBackward())
            problems.AddRange(AvroCompatibility.Check(reader: next, writer: earlier)
                .Select(one => one.Describe("new", "old")));
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
