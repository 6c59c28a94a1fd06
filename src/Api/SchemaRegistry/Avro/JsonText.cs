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
                AppendList(text, '[', value.EnumerateArray(), ']', AppendValue);
                break;
            case JsonValueKind.Object:
                AppendObject(text, value);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    /// <summary>As <see cref="AppendValue"/>, with the members of every object in the order of their names.</summary>
    public static void AppendSorted(StringBuilder text, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            AppendList(text, '[', value.EnumerateArray(), ']', AppendSorted);
        else if (value.ValueKind == JsonValueKind.Object)
            AppendList(text, '{', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal), '}',
                static (text, member) =>
                {
                    AppendString(text, member.Name);
                    text.Append(':');
                    AppendSorted(text, member.Value);
                });
        else
            AppendValue(text, value);
    }

    private static void AppendList<T>(
        StringBuilder text, char open, IEnumerable<T> items, char close, Action<StringBuilder, T> append)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                text.Append(',');
            first = false;
            append(text, item);
        }
        text.Append(close);
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

    private static void AppendObject(StringBuilder text, JsonElement value) =>
        AppendList(text, '{', value.EnumerateObject(), '}', static (text, member) =>
        {
            AppendString(text, member.Name);
            text.Append(':');
            AppendValue(text, member.Value);
        });
}
