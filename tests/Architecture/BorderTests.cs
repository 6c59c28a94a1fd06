using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Platform.Architecture;

/// <summary>Who may import whom, and what the pure core may not touch; see ARCHITECTURE.md.</summary>
public sealed class BorderTests
{
    private static readonly string[] ImpureNamespaces =
        ["System.IO", "System.Net", "System.Net.Sockets", "System.Threading.Tasks", "System.Threading.Channels", "Microsoft.Extensions.Logging"];

    private static readonly string[] ImpureCalls =
    [
        "DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.UtcNow", "DateTimeOffset.Now", "Stopwatch.GetTimestamp", "Stopwatch.StartNew",
        "Environment.TickCount", "Environment.TickCount64", "Random.Shared", "Guid.NewGuid", "Task.Run", "Task.Delay", "Thread.Sleep",
        "File.ReadAllText", "File.WriteAllText", "Parallel.ForEach", "Uuid.Random",
    ];

    [Theory]
    [InlineData("Protocol.Generator")]
    [InlineData("Protocol", "Protocol.Generator")]
    [InlineData("Storage", "Protocol")]
    [InlineData("Cluster", "Protocol")]
    [InlineData("Client", "Protocol")]
    [InlineData("Broker", "Protocol", "Storage", "Cluster", "Client")]
    [InlineData("Api", "Client")]
    [InlineData("Dashboard", "Client")]
    [InlineData("Platform", "Broker", "Api", "Dashboard", "Client")]
    public void A_project_references_only_what_the_design_allows(string project, params string[] allowed)
    {
        var file = XDocument.Load(Path.Combine(SourceTree.Root, "src", project, project + ".csproj"));

        var referenced = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));

        Assert.Subset(allowed.ToHashSet(), referenced.ToHashSet());
    }

    [Fact]
    public void The_pure_core_imports_no_input_or_output() => Assert.Empty(
        from file in SourceTree.Below("src/Cluster")
        from import in file.Syntax.Usings
        where ImpureNamespaces.Contains(import.Name?.ToString())
        select $"{file.Path}: using {import.Name}");

    [Fact]
    public void The_pure_core_asks_neither_clock_nor_chance() => Assert.Empty(
        from file in SourceTree.Below("src/Cluster")
        from access in file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        where ImpureCalls.Contains(access.ToString())
        select $"{file.Path}: {access}");

    [Fact]
    public void The_pure_core_awaits_nothing() => Assert.Empty(
        from file in SourceTree.Below("src/Cluster")
        from wait in file.Syntax.DescendantNodes().OfType<AwaitExpressionSyntax>()
        select $"{file.Path}: {wait}");

    [Fact]
    public void Every_api_handler_stands_in_the_handler_table()
    {
        var wiring = string.Concat(SourceTree.Below("src/Broker/Hosting").SelectMany(f => f.Lines));

        var missing = from file in SourceTree.Below("src/Broker/Apis")
                      let name = Path.GetFileNameWithoutExtension(file.Path)
                      where name.EndsWith("Handler", StringComparison.Ordinal) && !wiring.Contains($"new {name}(", StringComparison.Ordinal)
                      select $"{file.Path} is in no row of the table in src/Broker/Hosting";

        Assert.Empty(missing);
    }
}
