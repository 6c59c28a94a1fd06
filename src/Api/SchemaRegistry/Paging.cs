using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry;

/// <summary>
/// offset and limit as the registry's lists take them: a limit of -1 or none means as many as are allowed.
/// </summary>
internal static class Paging
{
    public static IReadOnlyList<T> Page<T>(
        IEnumerable<T> items, int? offset, int? limit, int maxItems = int.MaxValue) =>
        [.. items.Skip(Math.Max(offset ?? 0, 0)).Take(limit is >= 0 ? Math.Min(limit.Value, maxItems) : maxItems)];

    /// <summary>As <see cref="Page{T}"/> for lists of whole schemas.</summary>
    public static IReadOnlyList<T> PageOfSchemas<T>(IEnumerable<T> items, int? offset, int? limit) =>
        Page(items, offset, limit, SchemaLimits.MaxListed);
}
