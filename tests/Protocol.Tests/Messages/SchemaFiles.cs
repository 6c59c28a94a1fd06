using Platform.Protocol.Generator;

namespace Platform.Protocol.Tests.Messages;

/// <summary>The schema files of the protocol, embedded into the tests, and what the parser makes of them.</summary>
internal static class SchemaFiles
{
    private const string Prefix = "Schemas/";

    public static IReadOnlyDictionary<string, SchemaModel> All { get; } = Load();

    /// <summary>Names of the files, for theories: one test a file.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    private static SortedDictionary<string, SchemaModel> Load()
    {
        var assembly = typeof(SchemaFiles).Assembly;
        var all = new SortedDictionary<string, SchemaModel>(StringComparer.Ordinal);
        var names = assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal));
        foreach (var name in names)
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            all.Add(name[Prefix.Length..], SchemaParser.Parse(text.ReadToEnd()));
        }
        return all;
    }
}
