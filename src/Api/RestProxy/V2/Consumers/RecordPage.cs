using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Client.Consuming;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>The records of one answer, written as they are added.</summary>
internal sealed class RecordPage : IDisposable
{
    /// <summary>How deep the JSON in a record may nest to be shown.</summary>
    public const int MaxDepth = 128;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private readonly EmbeddedFormat _format;

    public RecordPage(EmbeddedFormat format)
    {
        _format = format;
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            SkipValidation = true,
        });
        _json.WriteStartArray();
    }

    public int Count { get; private set; }

    /// <summary>Bytes of keys and values, as they are in Kafka.</summary>
    public long Bytes { get; private set; }

    public static long SizeOf(in ConsumeResult record) => (long)(record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);

    /// <summary>Adds a record, unless its data cannot be shown in the format.</summary>
    public bool TryAdd(in ConsumeResult record, out string why)
    {
        why = WhyNot("key", record.Key) ?? WhyNot("value", record.Value) ?? "";
        if (why.Length > 0)
            return false;
        _json.WriteStartObject();
        _json.WriteString("topic"u8, record.TopicPartition.Topic);
        Write("key"u8, record.Key);
        Write("value"u8, record.Value);
        _json.WriteNumber("partition"u8, record.TopicPartition.Partition);
        _json.WriteNumber("offset"u8, record.Offset);
        _json.WriteEndObject();
        Count++;
        Bytes += SizeOf(record);
        return true;
    }

    public async Task WriteAsync(HttpContext context)
    {
        _json.WriteEndArray();
        _json.Flush();
        context.Response.ContentType = _format.MediaType();
        context.Response.ContentLength = _buffer.WrittenCount;
        await context.Response.Body.WriteAsync(_buffer.WrittenMemory, context.RequestAborted);
    }

    public void Dispose() => _json.Dispose();

    private void Write(ReadOnlySpan<byte> name, ReadOnlyMemory<byte>? data)
    {
        _json.WritePropertyName(name);
        if (data is not { } bytes)
            _json.WriteNullValue();
        else if (_format == EmbeddedFormat.Binary)
            _json.WriteBase64StringValue(bytes.Span);
        else
            _json.WriteRawValue(bytes.Span, skipInputValidation: true);
    }

    private string? WhyNot(string part, ReadOnlyMemory<byte>? data)
    {
        if (_format != EmbeddedFormat.Json || data is not { } bytes)
            return null;
        try
        {
            var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
                continue;
            return null;
        }
        catch (JsonException)
        {
            return $"its {part} is not JSON";
        }
    }
}
