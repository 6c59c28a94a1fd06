using System.Text.Json;

namespace Platform.Api.Serialization;

/// <summary>Turns JSON into the bytes of a schema's language and back. Used by many requests at a time.</summary>
internal interface ISchemaCodec
{
    /// <exception cref="DataMismatchException">The data does not fit the schema.</exception>
    byte[] Encode(JsonElement data);

    /// <summary>Writes one JSON value.</summary>
    /// <exception cref="DataMismatchException">The bytes do not fit the schema.</exception>
    void Decode(ReadOnlyMemory<byte> data, Utf8JsonWriter to);
}

/// <summary>Data that does not fit its schema; the message says where.</summary>
internal sealed class DataMismatchException(string message) : Exception(message)
{
    public DataMismatchException(string path, string reason)
        : this(path.Length == 0 ? reason : $"{reason} (at {path})")
    {
    }
}
