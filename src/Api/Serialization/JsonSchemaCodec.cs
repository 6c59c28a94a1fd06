using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Json;

namespace Platform.Api.Serialization;

/// <summary>JSON as it is, checked against its schema when it is written.</summary>
internal sealed class JsonSchemaCodec(JsonSchema schema) : ISchemaCodec
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public byte[] Encode(JsonElement data)
    {
        if (new JsonSchemaValidator(schema.Resources).Problem(data) is { } problem)
            throw new DataMismatchException(problem);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
            data.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    public void Decode(ReadOnlyMemory<byte> data, Utf8JsonWriter to)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            document.RootElement.WriteTo(to);
        }
        catch (JsonException error)
        {
            throw new DataMismatchException($"the data is not JSON: {error.Message}");
        }
    }
}
