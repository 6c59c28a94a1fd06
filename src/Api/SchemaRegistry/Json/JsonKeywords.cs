using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>Reads keywords and says what is wrong with one that is not as the draft wants it.</summary>
internal static class JsonKeywords
{
    public static readonly FrozenSet<string> OfStrings =
        FrozenSet.Create(StringComparer.Ordinal, "minLength", "maxLength", "pattern", "format");

    public static readonly FrozenSet<string> OfNumbers = FrozenSet.Create(
        StringComparer.Ordinal, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

    public static readonly FrozenSet<string> OfArrays = FrozenSet.Create(StringComparer.Ordinal,
        "items", "additionalItems", "prefixItems", "unevaluatedItems", "minItems", "maxItems", "uniqueItems",
        "contains", "minContains", "maxContains");

    public static readonly FrozenSet<string> OfObjects = FrozenSet.Create(StringComparer.Ordinal,
        "properties", "required", "additionalProperties", "patternProperties", "unevaluatedProperties",
        "minProperties", "maxProperties", "dependencies", "dependentRequired", "dependentSchemas", "propertyNames");

    /// <summary>How long one pattern may work on one text.</summary>
    public static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    public static decimal? Number(JsonElement schema, string keyword, string path)
    {
        if (!schema.TryGetProperty(keyword, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number ? ToDecimal(value)
            : throw Fail(path, keyword, "a number", value);
    }

    public static decimal? Count(JsonElement schema, string keyword, string path) =>
        Number(schema, keyword, path) is not { } count ? null
            : count >= 0 && decimal.Truncate(count) == count ? count
            : throw Fail(path, keyword, "an integer that is not negative", schema.GetProperty(keyword));

    public static string? Text(JsonElement schema, string keyword, string path)
    {
        if (!schema.TryGetProperty(keyword, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw Fail(path, keyword, "a string", value);
    }

    public static string? Pattern(JsonElement schema, string keyword, string path)
    {
        if (Text(schema, keyword, path) is not { } pattern)
            return null;
        CheckPattern(pattern, $"{path}/{keyword}");
        return pattern;
    }

    public static void CheckPattern(string pattern, string path)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.ECMAScript, PatternTimeout);
        }
        catch (ArgumentException)
        {
            CheckUnicodePattern(pattern, path);
        }
    }

    private static void CheckUnicodePattern(string pattern, string path)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.None, PatternTimeout);
        }
        catch (ArgumentException error)
        {
            throw new SchemaParseException($"'{pattern}' at '{path}' is no regular expression: {error.Message}");
        }
    }

    public static IEnumerable<string> Texts(JsonElement schema, string keyword, string path)
    {
        if (!schema.TryGetProperty(keyword, out var list))
            return [];
        if (list.ValueKind != JsonValueKind.Array
            || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Fail(path, keyword, "an array of strings", list);
        return list.EnumerateArray().Select(item => item.GetString()!);
    }

    public static JsonElement? Object(JsonElement schema, string keyword, string path)
    {
        if (!schema.TryGetProperty(keyword, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw Fail(path, keyword, "an object", value);
    }

    public static bool HasAny(JsonElement schema, FrozenSet<string> keywords)
    {
        foreach (var member in schema.EnumerateObject())
        {
            if (keywords.Contains(member.Name))
                return true;
        }
        return false;
    }

    public static SchemaParseException Fail(string path, string keyword, string wanted, JsonElement value)
    {
        var text = value.GetRawText();
        return new SchemaParseException(
            $"'{path}/{keyword}' must be {wanted}, not {(text.Length <= 80 ? text : text[..80] + "…")}");
    }

    // Beyond the range of decimal the order of magnitude is what can still be compared.
    private static decimal ToDecimal(JsonElement number)
    {
        if (number.TryGetDecimal(out var exact))
            return exact;
        var approximate = double.Parse(number.GetRawText(), CultureInfo.InvariantCulture);
        return approximate > 0 ? decimal.MaxValue : decimal.MinValue;
    }
}
