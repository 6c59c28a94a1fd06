using Platform.Protocol.Generator;

namespace Platform.Protocol.Tests.Messages;

public sealed class ProtocolGuideTests
{
    [Fact]
    public void The_guide_follows_the_schemas()
    {
        var file = Path.Combine(RepositoryRoot(), "docs", "protocol.md");
        var current = ProtocolGuide.Write(SchemaFiles.All.Values);

        if (Environment.GetEnvironmentVariable("REWRITE") == "1")
            File.WriteAllText(file, current);

        var committed = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(committed == current, "docs/protocol.md is stale: run the tests with REWRITE=1 and commit it");
    }

    [Fact]
    public void The_example_of_the_guide_is_valid()
    {
        var guide = ProtocolGuide.Write([]);
        var start = guide.IndexOf("```\n", StringComparison.Ordinal) + 4;
        var example = guide[start..guide.IndexOf("```", start, StringComparison.Ordinal)];

        Assert.Equal(2, SchemaParser.Parse(example).Messages.Count);
    }

    [Fact]
    public void Every_schema_file_says_what_its_message_is_for() =>
        Assert.Empty(SchemaFiles.All.Where(s => string.IsNullOrEmpty(s.Value.Doc)).Select(s => s.Key));

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Platform.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no folder holds Platform.sln");
        return folder;
    }
}
