using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.Serialization;
using Platform.Client.Consuming;
using Platform.Protocol.Records;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>Writes records as JSON, straight from their bytes.</summary>
internal sealed class RecordWriter(
    IBufferWriter<byte> output, SchemaSerializer serializer, RecordFormat keys, RecordFormat values) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _decoded = new();

    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    public void Write(in ConsumeResult record)
    {
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteString("topic_name"u8, record.TopicPartition.Topic);
        _json.WriteNumber("partition_id"u8, record.TopicPartition.Partition);
        _json.WriteNumber("offset"u8, record.Offset);
        WriteTimestamp(record);
        _json.WriteStartArray("headers"u8);
        foreach (var header in record.Headers)
        {
            _json.WriteStartObject();
            _json.WriteString("name"u8, header.Key);
            if (header.Value is { } value)
                _json.WriteBase64String("value"u8, value.Span);
            else
                _json.WriteNull("value"u8);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
        WriteData("key"u8, record.Key, keys, record.Headers, SchemaTag.KeyHeader);
        WriteData("value"u8, record.Value, values, record.Headers, SchemaTag.ValueHeader);
        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void WriteTimestamp(in ConsumeResult record)
    {
        Span<char> text = stackalloc char[32];
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(record.Timestamp, 0)).UtcDateTime
            .TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        _json.WriteString("timestamp"u8, text[..length]);
        _json.WriteString("timestamp_type"u8,
            record.TimestampType == TimestampType.LogAppendTime ? "LOG_APPEND_TIME"u8 : "CREATE_TIME"u8);
    }

    private void WriteData(
        ReadOnlySpan<byte> name, ReadOnlyMemory<byte>? data, RecordFormat wish, RecordHeaders headers, string schemaHeader)
    {
        _json.WritePropertyName(name);
        if (data is not { } bytes)
        {
            _json.WriteNullValue();
            return;
        }
        _json.WriteStartObject();
        if (wish == RecordFormat.Auto && serializer.Find(bytes, headers, schemaHeader) is { } written && TryDecode(written))
        {
            WriteDecoded(written.Schema);
            _json.WriteEndObject();
            return;
        }
        switch (wish.For(bytes.Span))
        {
            case RecordFormat.Json:
                _json.WriteString("type"u8, "JSON"u8);
                _json.WritePropertyName("data"u8);
                // A line break in the data would end the event or the line that it is in.
                WriteOnOneLine(bytes);
                break;
            case RecordFormat.String:
                _json.WriteString("type"u8, "STRING"u8);
                _json.WriteString("data"u8, bytes.Span);
                break;
            default:
                _json.WriteString("type"u8, "BINARY"u8);
                _json.WriteBase64String("data"u8, bytes.Span);
                break;
        }
        _json.WriteEndObject();
    }

    private bool TryDecode(WrittenData written)
    {
        _decoded.ResetWrittenCount();
        try
        {
            using var writer = new Utf8JsonWriter(_decoded);
            serializer.Deserialize(written, writer);
            return true;
        }
        catch (Exception error) when (error is DataMismatchException or ProblemException)
        {
            // The bytes only look as if they had a schema, or do not fit it: they are shown as they are.
            return false;
        }
    }

    private void WriteDecoded(StoredSchema schema)
    {
        _json.WriteString("type"u8, schema.SchemaType == SchemaTypes.Json ? "JSONSCHEMA" : schema.SchemaType);
        _json.WriteNumber("schema_id"u8, schema.Id);
        _json.WritePropertyName("data"u8);
        _json.WriteRawValue(_decoded.WrittenSpan, skipInputValidation: true);
    }

    private void WriteOnOneLine(ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            _json.WriteRawValue(json.Span, skipInputValidation: true);
            return;
        }
        using var document = JsonDocument.Parse(json);
        document.RootElement.WriteTo(_json);
    }
}
