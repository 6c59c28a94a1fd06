using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Dashboard.Features.Messages;

/// <summary>
/// Bytes as text: JSON laid out, other text as it is, anything else as hexadecimal digits. Never fails.
/// </summary>
internal static class ContentText
{
    private const int PreviewLength = 240;
    private const int BytesPerHexLine = 16;
    private const int SchemaHeaderLength = 5;

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the bytes are: null, empty, JSON, text, schema 12, binary.</summary>
    public static string Kind(Content content)
    {
        if (content.Bytes is not { } bytes)
            return "null";
        if (content.Length == 0)
            return "empty";
        if (TryText(bytes, content.IsCut) is not { } text)
            return SchemaId(bytes) is { } id ? string.Create(CultureInfo.InvariantCulture, $"schema {id}") : "binary";
        return !content.IsCut && TryJson(text) is not null ? "JSON" : "text";
    }

    /// <summary>One line for a list.</summary>
    public static string Preview(Content content)
    {
        if (content.Bytes is not { } bytes)
            return "null";
        if (TryText(bytes, content.IsCut) is not { } text)
            return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, PreviewLength / 4)));
        return (text.Length > PreviewLength ? text[..PreviewLength] : text).ReplaceLineEndings(" ");
    }

    /// <summary>All that is kept, laid out.</summary>
    public static string Full(Content content)
    {
        if (content.Bytes is not { } bytes)
            return "null";
        if (TryText(bytes, content.IsCut) is not { } text)
            return Hex(bytes);
        return (content.IsCut ? null : TryJson(text)) ?? text;
    }

    // The end of a cut text may lie within a character.
    private static string? TryText(byte[] bytes, bool isCut)
    {
        for (var missing = 0; missing < (isCut ? 4 : 1) && missing <= bytes.Length; missing++)
            try
            {
                var text = StrictUtf8.GetString(bytes, 0, bytes.Length - missing);
                return text.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t'))
                    ? null : text;
            }
            catch (DecoderFallbackException)
            {
                continue;
            }
        return null;
    }

    // Numbers go through as they are written: JavaScript would round large ones.
    private static string? TryJson(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
            return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, Indented))
                document.WriteTo(writer);
            return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A zero and the id of a schema: the form of serializers that use a schema registry.
    private static int? SchemaId(byte[] bytes) =>
        bytes.Length > SchemaHeaderLength && bytes[0] == 0
            ? BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)) : null;

    private static string Hex(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var start = 0; start < bytes.Length; start += BytesPerHexLine)
        {
            var line = bytes.AsSpan(start, Math.Min(BytesPerHexLine, bytes.Length - start));
            text.Append(CultureInfo.InvariantCulture, $"{start:x6}  ");
            for (var i = 0; i < BytesPerHexLine; i++)
                text.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(' ');
            text.Append(' ');
            foreach (var b in line)
                text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            text.Append('\n');
        }
        return text.ToString();
    }
}
