using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Platform.Api.RestProxy.V3;

/// <summary>
/// A page of a list, by page_size and page_token of the query. Without them a list is complete, as in the reference
/// product. A filter of the query is kept in the address of the next page.
/// </summary>
/// <param name="Size">Entries of a page; null for all of them.</param>
/// <param name="Start">Entries before the page.</param>
/// <param name="Filter">The rest of the query, beginning with an ampersand.</param>
internal sealed record ListPage(int? Size, int Start, string Filter)
{
    /// <summary>Entries of a page, whatever is asked for.</summary>
    public const int MaxSize = 10_000;

    private const string SizeName = "page_size";
    private const string TokenName = "page_token";

    /// <exception cref="Hosting.ProblemException">400 for a size below 1, or a token of somebody else.</exception>
    public static ListPage From(IQueryCollection query)
    {
        int? size = null;
        if (query[SizeName].ToString() is { Length: > 0 } text)
            size = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? Math.Min(number, MaxSize) : throw Invalid(SizeName, text);
        return new ListPage(size, StartOf(query[TokenName].ToString()), string.Concat(query
            .Where(one => one.Key is not (SizeName or TokenName))
            .Select(one => $"&{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(one.Value.ToString())}")));
    }

    /// <summary>The page, and the address of the next one, or null when this is the last.</summary>
    public (IReadOnlyList<T> Page, string? Next) Cut<T>(string self, IReadOnlyList<T> all)
    {
        if (Size is not { } size)
            return (Start == 0 ? all : [.. all.Skip(Start)], null);
        var page = all.Skip(Start).Take(size).ToList();
        var next = Start + page.Count;
        return (page, next >= all.Count ? null : string.Create(CultureInfo.InvariantCulture,
            $"{self}?{SizeName}={size}&{TokenName}={Token(next)}{Filter}"));
    }

    private static string Token(int start) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(start.ToString(CultureInfo.InvariantCulture)));

    private static int StartOf(string token)
    {
        if (token.Length == 0)
            return 0;
        return Base64Url.IsValid(token) && int.TryParse(Base64Url.DecodeFromChars(token), NumberStyles.None,
            CultureInfo.InvariantCulture, out var start) ? start : throw Invalid(TokenName, token);
    }

    private static Hosting.ProblemException Invalid(string name, string value) => new(
        StatusCodes.Status400BadRequest, name == SizeName
            ? $"{name} '{value}': a number of at least 1 is expected."
            : $"{name} '{value}': the token of metadata.next of the page before is expected.");
}
