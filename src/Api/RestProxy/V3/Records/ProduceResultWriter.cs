using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Client.Producing;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>Writes what became of a record as one line of JSON.</summary>
internal sealed class ProduceResultWriter(string clusterId, string topic) : IDisposable
{
    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    /// <summary>A record that was acknowledged.</summary>
    public void Write(IBufferWriter<byte> output, in RecordMetadata metadata, PartSummary? key, PartSummary? value,
        string? id = null)
    {
        Begin(output, id);
        _json.WriteNumber("error_code"u8, StatusCodes.Status200OK);
        _json.WriteString("cluster_id"u8, clusterId);
        _json.WriteString("topic_name"u8, topic);
        _json.WriteNumber("partition_id"u8, metadata.TopicPartition.Partition);
        _json.WriteNumber("offset"u8, metadata.Offset);
        WriteTimestamp(metadata.Timestamp);
        WritePart("key"u8, key);
        WritePart("value"u8, value);
        End(output, id);
    }

    /// <summary>A record that was refused.</summary>
    public void Write(IBufferWriter<byte> output, ProblemException problem, string? id = null)
    {
        Begin(output, id);
        _json.WriteNumber("error_code"u8, problem.ErrorCode);
        _json.WriteString("message"u8, problem.Message);
        End(output, id);
    }

    public void Dispose() => _json.Dispose();

    private void Begin(IBufferWriter<byte> output, string? id)
    {
        _json.Reset(output);
        _json.WriteStartObject();
        if (id is not null)
            _json.WriteString("id"u8, id);
    }

    // An outcome with an id is an item of a list, one without is a line.
    private void End(IBufferWriter<byte> output, string? id)
    {
        _json.WriteEndObject();
        _json.Flush();
        if (id is null)
            output.Write(LineEnd);
    }

    private void WriteTimestamp(long timestampMs)
    {
        Span<char> text = stackalloc char[32];
        DateTimeOffset.FromUnixTimeMilliseconds(timestampMs).UtcDateTime
            .TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        _json.WriteString("timestamp"u8, text[..length]);
    }

    private void WritePart(ReadOnlySpan<byte> name, PartSummary? part)
    {
        if (part is not { } written)
            return;
        _json.WriteStartObject(name);
        _json.WriteString("type"u8, written.Type);
        if (written.Schema is { } schema)
        {
            _json.WriteString("subject"u8, schema.Subject);
            _json.WriteNumber("schema_id"u8, schema.Id);
            _json.WriteNumber("schema_version"u8, schema.Version);
        }
        _json.WriteNumber("size"u8, written.Size);
        _json.WriteEndObject();
    }
}
