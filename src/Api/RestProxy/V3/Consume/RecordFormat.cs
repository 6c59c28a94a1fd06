using System.Text.Json;
using System.Text.Unicode;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>How bytes are shown: as they are (base64), as text, as JSON, or as the clearest of these.</summary>
internal enum RecordFormat
{
    Auto, Binary, String, Json,
}

internal static class RecordFormats
{
    /// <summary>How deep the JSON in a record may nest to be shown as JSON.</summary>
    private const int MaxDepth = 64;

    /// <summary>Reads the name in a query; nothing means Auto.</summary>
    public static RecordFormat Parse(string? text) => string.IsNullOrEmpty(text) ? RecordFormat.Auto
        : Enum.TryParse<RecordFormat>(text, ignoreCase: true, out var format) && !char.IsAsciiDigit(text[0]) ? format
            : throw V3Problems.Invalid($"format '{text}': allowed are AUTO, BINARY, STRING and JSON.");

    /// <summary>
    /// The format that can show these bytes: the wished one, or base64 for what is no JSON or no text.
    /// </summary>
    public static RecordFormat For(this RecordFormat wish, ReadOnlySpan<byte> data)
    {
        if (wish is RecordFormat.Auto or RecordFormat.Json && IsJson(data))
            return RecordFormat.Json;
        return wish is RecordFormat.Auto or RecordFormat.String && Utf8.IsValid(data) ? RecordFormat.String
            : RecordFormat.Binary;
    }

    private static bool IsJson(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
                continue;
            return Utf8.IsValid(data);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
