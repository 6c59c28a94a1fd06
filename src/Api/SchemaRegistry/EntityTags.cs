using System.Globalization;
using Microsoft.Extensions.Primitives;
using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry;

/// <summary>Entity tags: what a client has, and what it expects to be there.</summary>
internal static class EntityTags
{
    public static string OfVersion(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    public static string OfContent(Guid guid) => $"\"{guid}\"";

    /// <summary>The version that If-Match names, or null without one.</summary>
    public static int? ExpectedVersion(StringValues ifMatch)
    {
        if (ifMatch.Count == 0 || ifMatch[0] is not { Length: > 0 } tag)
            return null;
        return int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version : throw new ProblemException(StatusCodes.Status400BadRequest,
                $"If-Match must be the number of a version in quotes, such as \"3\", not {tag}");
    }

    /// <summary>True when If-None-Match holds the tag, so that the client has what it asks for.</summary>
    public static bool IsKnown(StringValues ifNoneMatch, string tag)
    {
        foreach (var line in ifNoneMatch)
        {
            foreach (var part in (line ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (part == "*" || part == tag || part == $"W/{tag}")
                    return true;
            }
        }
        return false;
    }
}
