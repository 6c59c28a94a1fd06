using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.RestProxy.V2;

/// <summary>How keys and values are embedded in the JSON of v2.</summary>
internal enum EmbeddedFormat
{
    /// <summary>Any bytes, as base64 text.</summary>
    Binary,

    /// <summary>JSON as it is.</summary>
    Json,

    /// <summary>Avro's JSON encoding, with a schema of the registry.</summary>
    Avro,

    /// <summary>JSON that its schema checks.</summary>
    JsonSchema,

    /// <summary>The JSON form of Protobuf, with a schema of the registry.</summary>
    Protobuf,
}

/// <summary>Reads and writes embedded data, and knows the media types.</summary>
internal static class EmbeddedFormats
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The format that a media type asks for, or null when it asks for none in particular.</summary>
    public static EmbeddedFormat? Of(string? mediaType) => MediaTypes.Essence(mediaType) switch
    {
        MediaTypes.KafkaV2Binary => EmbeddedFormat.Binary,
        MediaTypes.KafkaV2Json => EmbeddedFormat.Json,
        MediaTypes.KafkaV2Avro => EmbeddedFormat.Avro,
        MediaTypes.KafkaV2JsonSchema => EmbeddedFormat.JsonSchema,
        MediaTypes.KafkaV2Protobuf => EmbeddedFormat.Protobuf,
        _ => null,
    };

    public static string MediaType(this EmbeddedFormat format) => format switch
    {
        EmbeddedFormat.Binary => MediaTypes.KafkaV2Binary,
        EmbeddedFormat.Json => MediaTypes.KafkaV2Json,
        EmbeddedFormat.Avro => MediaTypes.KafkaV2Avro,
        EmbeddedFormat.JsonSchema => MediaTypes.KafkaV2JsonSchema,
        _ => MediaTypes.KafkaV2Protobuf,
    };

    /// <summary>The type of schema that the format needs, or null when it needs none.</summary>
    public static string? SchemaType(this EmbeddedFormat format) => format switch
    {
        EmbeddedFormat.Avro => SchemaTypes.Avro,
        EmbeddedFormat.JsonSchema => SchemaTypes.Json,
        EmbeddedFormat.Protobuf => SchemaTypes.Protobuf,
        _ => null,
    };

    /// <summary>Bytes to write to Kafka; JSON null is Kafka's null in every format.</summary>
    /// <exception cref="ProblemException">422: the data does not fit the format.</exception>
    public static byte[]? Decode(this EmbeddedFormat format, JsonElement? data, string where)
    {
        if (data is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given)
            return null;
        if (format == EmbeddedFormat.Json)
            return Print(given);
        return given.ValueKind == JsonValueKind.String && given.TryGetBytesFromBase64(out var bytes) ? bytes
            : throw V2Problems.Invalid($"{where}: binary data is given as base64 text.");
    }

    private static byte[] Print(JsonElement data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
            data.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
