using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>Keys and values of the schemas topic to bytes and back.</summary>
internal static class SchemaTopicCodec
{
    // Schemas are full of quotes: the relaxed encoder writes \" where the default one writes \u0022.
    private static readonly SchemaTopicJson Relaxed = new(new JsonSerializerOptions(SchemaTopicJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());

    /// <summary>Throws <see cref="JsonException"/> when the bytes are not a <typeparamref name="T"/>.</summary>
    public static T Read<T>(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, TypeInfo<T>()) ?? throw new JsonException("null instead of an object");

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Relaxed.GetTypeInfo(typeof(T))!;
}
