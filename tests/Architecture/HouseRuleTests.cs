using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Platform.Architecture;

/// <summary>Budgets that keep code readable; see CONTRIBUTING.md.</summary>
public sealed class HouseRuleTests
{
    private const int MaxFileLines = 400;
    private const int MaxLineColumns = 160;
    private const int MaxFunctionLines = 60;
    private static readonly string[] EmptyNames = ["Util", "Utils", "Helper", "Helpers"];

    [Fact]
    public void No_file_is_longer_than_the_budget() => Assert.Empty(
        SourceTree.Below("src", "tests", "bench").Where(f => f.Lines.Length > MaxFileLines).Select(f => $"{f.Path}: {f.Lines.Length} lines"));

    [Fact]
    public void No_line_is_wider_than_the_budget() => Assert.Empty(
        from file in SourceTree.Below("src", "tests", "bench")
        from line in file.Lines.Index()
        where line.Item.Length > MaxLineColumns
        select $"{file.Path}:{line.Index + 1}: {line.Item.Length} columns");

    [Fact]
    public void No_function_is_longer_than_the_budget() => Assert.Empty(
        from file in SourceTree.Below("src", "tests", "bench")
        from function in file.Syntax.DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
        let span = function.GetLocation().GetLineSpan()
        let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where lines > MaxFunctionLines
        select $"{file.Path}:{span.StartLinePosition.Line + 1}: {lines} lines");

    [Fact]
    public void No_type_is_named_after_nothing_in_particular() => Assert.Empty(
        from file in SourceTree.Below("src")
        from type in file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let name = type.Identifier.Text
        where EmptyNames.Any(empty => name.EndsWith(empty, StringComparison.Ordinal))
        select $"{file.Path}: {name}");

    [Fact]
    public void There_are_no_regions_and_no_silenced_warnings() => Assert.Empty(
        from file in SourceTree.Below("src", "tests", "bench")
        where file.Path != "src/Protocol.Generator/CSharpEmitter.cs"
        from line in file.Lines.Index()
        let text = line.Item.TrimStart()
        where text.StartsWith("#region", StringComparison.Ordinal) || text.StartsWith("#pragma warning", StringComparison.Ordinal)
            || text.StartsWith("[SuppressMessage", StringComparison.Ordinal)
        select $"{file.Path}:{line.Index + 1}: {text}");

    [Fact]
    public void Every_project_says_what_it_is_for_in_at_most_thirty_lines() => Assert.Empty(
        from project in Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src"))
        let readme = Path.Combine(project, "README.md")
        let lines = File.Exists(readme) ? File.ReadAllLines(readme).Length : 0
        where lines is 0 or > 30
        select $"{Path.GetFileName(project)}/README.md: {lines} lines");
}
