using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Hosting;

/// <summary>docs/compatibility-http.md names every call and only tests that exist.</summary>
public sealed partial class CompatibilityPageTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string Docs = FindDocs();

    [Fact]
    public async Task Every_call_of_the_document_is_on_the_page()
    {
        var (_, document) = await api.Rest.CallAsync(HttpMethod.Get, "/openapi/v1.json");
        var page = await File.ReadAllTextAsync(Path.Combine(Docs, "compatibility-http.md"));

        var missing = from path in document.GetProperty("paths").EnumerateObject()
                      where !path.Name.StartsWith("/health", StringComparison.Ordinal) && path.Name is not ("/" or "/metrics")
                      from operation in path.Value.EnumerateObject()
                      let call = $"`{operation.Name.ToUpperInvariant()} {path.Name}`"
                      where !page.Contains(call, StringComparison.Ordinal)
                      select call;

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_test_that_is_named_exists_where_the_page_says()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Docs, "compatibility-http.md"));
        var links = Links().Matches(page);

        var broken = from link in links
                     let file = Path.GetFullPath(Path.Combine(Docs, link.Groups["file"].Value))
                     where !File.Exists(file) || !File.ReadAllText(file).Contains($" {link.Groups["test"].Value}(", StringComparison.Ordinal)
                     select link.Value;

        Assert.Empty(broken);
        Assert.True(links.Count > 150, $"{links.Count} links to tests");
    }

    [GeneratedRegex(@"\[(?<test>[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)\]\((?<file>[^)]+\.cs)\)")]
    private static partial Regex Links();

    private static string FindDocs()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
                return Path.Combine(folder.FullName, "docs");
        }
        throw new DirectoryNotFoundException("Platform.sln lies in no folder above the tests");
    }
}
