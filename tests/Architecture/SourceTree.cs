using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Platform.Architecture;

/// <summary>The repository's own source files, parsed once.</summary>
internal static class SourceTree
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> Files = new(Read);

    /// <summary>The folder with Platform.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file below the given folders of the root.</summary>
    public static IEnumerable<SourceFile> Below(params string[] folders) =>
        Files.Value.Where(f => folders.Any(folder => f.Path.StartsWith(folder + "/", StringComparison.Ordinal)));

    private static List<SourceFile> Read() =>
        [.. new[] { "src", "tests", "bench" }
            .Where(folder => Directory.Exists(Path.Combine(Root, folder)))
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path), File.ReadAllLines(path)))];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("Platform.sln lies in no folder above the tests");
    }
}

/// <summary>A file by its path from the root.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    private CompilationUnitSyntax? _syntax;

    /// <summary>The parsed file.</summary>
    public CompilationUnitSyntax Syntax =>
        _syntax ??= (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(string.Join('\n', Lines)).GetRoot();
}
