namespace Platform.Api.Hosting;

/// <summary>Names in paths. The server decodes everything but the slash, because that would change the path.</summary>
internal static class PathSegment
{
    /// <summary>The name as the client meant it: %2F is a slash.</summary>
    public static string Decode(string segment) =>
        segment.Contains('%', StringComparison.Ordinal)
            ? segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) : segment;
}
