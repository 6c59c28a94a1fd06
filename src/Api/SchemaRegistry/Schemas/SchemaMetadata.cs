using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>What a schema says about itself: tags of fields, free properties, and which of these are secret.</summary>
/// <param name="Tags">Tags by the path of what they are put on.</param>
/// <param name="Properties">Free texts by name.</param>
/// <param name="Sensitive">Names of properties whose values are secret.</param>
internal sealed record SchemaMetadata(
    [property: JsonPropertyName("tags")] SortedDictionary<string, SortedSet<string>>? Tags = null,
    [property: JsonPropertyName("properties")] SortedDictionary<string, string>? Properties = null,
    [property: JsonPropertyName("sensitive")] SortedSet<string>? Sensitive = null)
{
    /// <summary>Later values win; null when there is nothing in either.</summary>
    public static SchemaMetadata? Merge(SchemaMetadata? first, SchemaMetadata? second)
    {
        if (first is null || second is null)
            return (first ?? second)?.OrNull();
        var tags = Copy(first.Tags);
        foreach (var (path, values) in second.Tags ?? [])
            tags[path] = [.. values, .. tags.GetValueOrDefault(path, [])];
        var properties = new SortedDictionary<string, string>(first.Properties ?? [], StringComparer.Ordinal);
        foreach (var (name, value) in second.Properties ?? [])
            properties[name] = value;
        return new SchemaMetadata(tags, properties, [.. first.Sensitive ?? [], .. second.Sensitive ?? []]).OrNull();
    }

    /// <summary>In ordinal order and without what is empty, so that equal metadata have the same hash.</summary>
    public SchemaMetadata? OrNull()
    {
        var tags = Tags is { Count: > 0 } ? Copy(Tags) : null;
        var properties = Properties is { Count: > 0 }
            ? new SortedDictionary<string, string>(Properties, StringComparer.Ordinal) : null;
        var sensitive = Sensitive is { Count: > 0 } ? new SortedSet<string>(Sensitive, StringComparer.Ordinal) : null;
        return tags is null && properties is null && sensitive is null ? null
            : new SchemaMetadata(tags, properties, sensitive);
    }

    public string? Property(string name) => Properties?.GetValueOrDefault(name);

    private static SortedDictionary<string, SortedSet<string>> Copy(
        SortedDictionary<string, SortedSet<string>>? tags)
    {
        var copy = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var (path, values) in tags ?? [])
            copy[path] = new SortedSet<string>(values, StringComparer.Ordinal);
        return copy;
    }
}
