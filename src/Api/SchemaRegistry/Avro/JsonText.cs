using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>
/// Prints JSON as Java's Jackson does: compact, escaping only what must be. System.Text.Json escapes more, and a
/// different text would be a different schema.
/// </summary>
internal static class JsonText
{
    public static void AppendValue(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(JavaNumber.Print(value.GetRawText()));
                break;
            case JsonValueKind.Array:
                AppendArray(text, value);
                break;
            case JsonValueKind.Object:
                AppendObject(text, value);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    public static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u00").Append(((int)letter).ToString("X2", CultureInfo.InvariantCulture)),
                _ => text.Append(letter),
            };
        }
        text.Append('"');
    }

    private static void AppendArray(StringBuilder text, JsonElement array)
    {
        text.Append('[');
        var first = true;
        foreach (var item in array.EnumerateArray())
        {
            if (!first)
                text.Append(',');
            first = false;
            AppendValue(text, item);
        }
        text.Append(']');
    }

    private static void AppendObject(StringBuilder text, JsonElement value)
    {
        text.Append('{');
        var first = true;
        foreach (var member in value.EnumerateObject())
        {
            if (!first)
                text.Append(',');
            first = false;
            AppendString(text, member.Name);
            text.Append(':');
            AppendValue(text, member.Value);
        }
        text.Append('}');
    }
}
