using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.Serialization;
using Platform.Client.Consuming;
using Platform.Protocol.Records;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>
/// The records of one answer, written as they are added. One that cannot be shown in the format is an entry with an
/// error and its bytes, so that it does not keep the others back.
/// </summary>
internal sealed class RecordPage : IDisposable
{
    /// <summary>How deep the JSON in a record may nest to be shown.</summary>
    public const int MaxDepth = 128;

    private const int Undecodable = 40801;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly ArrayBufferWriter<byte> _key = new();
    private readonly ArrayBufferWriter<byte> _value = new();
    private readonly Utf8JsonWriter _json;
    private readonly EmbeddedFormat _format;
    private readonly SchemaSerializer? _schemas;
    private readonly MoreFields _fields;

    /// <param name="format">How keys and values are shown.</param>
    /// <param name="schemas">For formats with a schema.</param>
    /// <param name="fields">What is shown besides.</param>
    public RecordPage(EmbeddedFormat format, SchemaSerializer? schemas = null, MoreFields fields = MoreFields.None)
    {
        _format = format;
        _fields = fields;
        _schemas = schemas;
        _json = new Utf8JsonWriter(_buffer, Options);
        _json.WriteStartArray();
    }

    public int Count { get; private set; }

    /// <summary>Bytes of keys and values, as they are in Kafka.</summary>
    public long Bytes { get; private set; }

    public static long SizeOf(in ConsumeResult record) => (long)(record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);

    /// <summary>Adds a record, with what it holds or with why that cannot be shown.</summary>
    public void Add(in ConsumeResult record)
    {
        _key.ResetWrittenCount();
        _value.ResetWrittenCount();
        var why = Prepare("key", record.Key, record.Headers, _key)
            ?? Prepare("value", record.Value, record.Headers, _value);
        _json.WriteStartObject();
        _json.WriteString("topic"u8, record.TopicPartition.Topic);
        Write("key"u8, why is null ? record.Key : null, _key);
        Write("value"u8, why is null ? record.Value : null, _value);
        _json.WriteNumber("partition"u8, record.TopicPartition.Partition);
        _json.WriteNumber("offset"u8, record.Offset);
        WriteMore(record);
        if (why is not null)
            WriteError(record, why);
        _json.WriteEndObject();
        Count++;
        Bytes += SizeOf(record);
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

    private void WriteMore(in ConsumeResult record)
    {
        if (_fields.HasFlag(MoreFields.Timestamp))
            _json.WriteNumber("timestamp"u8, record.Timestamp);
        if (!_fields.HasFlag(MoreFields.Headers))
            return;
        _json.WriteStartArray("headers"u8);
        foreach (var header in record.Headers)
        {
            _json.WriteStartObject();
            _json.WriteString("key"u8, header.Key);
            if (header.Value is { } value)
                _json.WriteBase64String("value"u8, value.Span);
            else
                _json.WriteNull("value"u8);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void WriteError(in ConsumeResult record, string why)
    {
        _json.WriteNumber("error_code"u8, Undecodable);
        _json.WriteString("error"u8, why);
        if (record.Key is { } key)
            _json.WriteBase64String("raw_key"u8, key.Span);
        if (record.Value is { } value)
            _json.WriteBase64String("raw_value"u8, value.Span);
    }

    private void Write(ReadOnlySpan<byte> name, ReadOnlyMemory<byte>? data, ArrayBufferWriter<byte> prepared)
    {
        _json.WritePropertyName(name);
        if (data is not { } bytes)
            _json.WriteNullValue();
        else if (_format == EmbeddedFormat.Binary)
            _json.WriteBase64StringValue(bytes.Span);
        else
            _json.WriteRawValue(
                _format == EmbeddedFormat.Json ? bytes.Span : prepared.WrittenSpan, skipInputValidation: true);
    }

    // Null when the data can be shown, which for a format with a schema is prepared on the way.
    private string? Prepare(
        string part, ReadOnlyMemory<byte>? data, RecordHeaders headers, ArrayBufferWriter<byte> into)
    {
        if (_format == EmbeddedFormat.Binary || data is not { } bytes)
            return null;
        try
        {
            if (_format == EmbeddedFormat.Json)
                CheckJson(bytes.Span);
            else
                Deserialize(bytes, headers, part == "key" ? SchemaTag.KeyHeader : SchemaTag.ValueHeader, into);
            return null;
        }
        catch (JsonException)
        {
            return $"its {part} is not JSON";
        }
        catch (Exception error) when (error is DataMismatchException or ProblemException)
        {
            return $"its {part} cannot be read: {error.Message}";
        }
    }

    private static void CheckJson(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
            continue;
    }

    private void Deserialize(
        ReadOnlyMemory<byte> data, RecordHeaders headers, string schemaHeader, ArrayBufferWriter<byte> into)
    {
        var written = _schemas?.Find(data, headers, schemaHeader)
            ?? throw new DataMismatchException("it does not begin with the id of a known schema");
        var schema = written.Schema;
        if (schema.SchemaType != _format.SchemaType())
            throw new DataMismatchException($"its schema {schema.Id} is of the type {schema.SchemaType}");
        using var writer = new Utf8JsonWriter(into, Options);
        _schemas.Deserialize(written, writer);
    }
}
