using System.Text.Json;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>The drafts of JSON Schema that differ in what is compared here.</summary>
internal enum JsonDialect
{
    Draft4, Draft6, Draft7, Draft2019, Draft2020,
}

internal static class JsonDialects
{
    /// <summary>The draft that $schema names; draft 7 without one, as Confluent's registry takes it.</summary>
    public static JsonDialect Of(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("$schema", out var uri)
            || uri.ValueKind != JsonValueKind.String)
            return JsonDialect.Draft7;
        var text = uri.GetString()!;
        return text switch
        {
            _ when text.Contains("draft-04", StringComparison.Ordinal) => JsonDialect.Draft4,
            _ when text.Contains("draft-06", StringComparison.Ordinal) => JsonDialect.Draft6,
            _ when text.Contains("2019-09", StringComparison.Ordinal) => JsonDialect.Draft2019,
            _ when text.Contains("2020-12", StringComparison.Ordinal) => JsonDialect.Draft2020,
            _ => JsonDialect.Draft7,
        };
    }

    /// <summary>Keywords beside a $ref count since 2019-09; before they were ignored.</summary>
    public static bool ReferencesHaveSiblings(this JsonDialect dialect) => dialect >= JsonDialect.Draft2019;

    /// <summary>True for the address of a draft's own schema, which describes schemas.</summary>
    public static bool IsMetaSchema(string uri) =>
        uri.Contains("//json-schema.org/", StringComparison.Ordinal);
}
