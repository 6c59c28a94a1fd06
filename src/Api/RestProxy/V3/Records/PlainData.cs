using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Platform.Api.Hosting;
using Platform.Protocol.Compression;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>
/// Turns data without a schema into the bytes of a key or value. They are pooled: a body of many large records must not leave as
/// many arrays behind.
/// </summary>
internal static class PlainData
{
    private static readonly JsonWriterOptions Compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The part; its owner disposes it.</summary>
    /// <param name="field">Name of the part, for messages.</param>
    /// <param name="type">BINARY, STRING or JSON.</param>
    /// <param name="data">What was sent.</param>
    /// <exception cref="ProblemException">422 when the data is not of the type.</exception>
    public static RecordPart Encode(string field, string type, JsonElement data)
    {
        if (data.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return new RecordPart(type, null);
        var buffer = type switch
        {
            "BINARY" => Base64(field, data),
            "STRING" => Text(field, data),
            "JSON" => CompactJson(data),
            _ => throw new InvalidOperationException($"{type} has no plain form"),
        };
        return new RecordPart(type, buffer.Written) { Owner = buffer };
    }

    private static PooledBuffer Base64(string field, JsonElement data)
    {
        if (data.ValueKind == JsonValueKind.String)
        {
            if (Raw(data) is { IsEmpty: false } raw && TryDecode(raw) is { } decoded)
                return decoded;
            if (data.TryGetBytesFromBase64(out var bytes))
                return Copy(bytes);
        }
        throw V3Problems.Invalid($"{field}: binary data is given as base64 text.");
    }

    private static PooledBuffer? TryDecode(ReadOnlySpan<byte> base64)
    {
        var buffer = new PooledBuffer(System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        var into = buffer.GetSpan(System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        var status = System.Buffers.Text.Base64.DecodeFromUtf8(base64, into, out var read, out var written);
        if (status == System.Buffers.OperationStatus.Done && read == base64.Length)
        {
            buffer.Advance(written);
            return buffer;
        }
        buffer.Dispose();
        return null;
    }

    private static PooledBuffer Text(string field, JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.String)
            throw V3Problems.Invalid($"{field}: the data of type STRING is a JSON string.");
        // Text without escapes is written as it came, without being a string of three times the size in between.
        if (Raw(data) is { IsEmpty: false } raw && Utf8.IsValid(raw))
            return Copy(raw);
        try
        {
            return Copy(Encoding.UTF8.GetBytes(data.GetString()!));
        }
        catch (InvalidOperationException)
        {
            throw V3Problems.Invalid($"{field}: the text is not valid Unicode.");
        }
    }

    private static PooledBuffer CompactJson(JsonElement data)
    {
        var buffer = new PooledBuffer(JsonMarshal.GetRawUtf8Value(data).Length);
        using var writer = new Utf8JsonWriter(buffer, Compact);
        data.WriteTo(writer);
        writer.Flush();
        return buffer;
    }

    // What stands between the quotes; nothing when there are escapes in it.
    private static ReadOnlySpan<byte> Raw(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        return raw.Contains((byte)'\\') ? [] : raw;
    }

    private static PooledBuffer Copy(ReadOnlySpan<byte> bytes)
    {
        var buffer = new PooledBuffer(bytes.Length);
        buffer.Write(bytes);
        return buffer;
    }
}
