using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.Serialization;

/// <summary>
/// Protobuf's encoding from and to its JSON form, after the indexes that say which message of the schema it is. Writes
/// the first message of the schema; reads any.
/// </summary>
internal sealed class ProtobufCodec(ProtoSchema schema) : ISchemaCodec
{
    /// <summary>How deep messages may nest.</summary>
    public const int MaxDepth = 64;

    public byte[] Encode(JsonElement data)
    {
        var type = schema.FirstMessage
            ?? throw new DataMismatchException("the schema defines no message that data could be of");
        var to = new WireWriter();
        // The path [0] of the first message has a short form.
        to.Varint(0);
        new ProtobufJsonEncoder(schema).Message(type, data, to, "", 0);
        return to.ToArray();
    }

    public void Decode(ReadOnlyMemory<byte> data, Utf8JsonWriter to)
    {
        try
        {
            var reader = new WireReader(data.Span);
            var type = ReadType(ref reader);
            new ProtobufJsonDecoder(schema).Message(type, reader.Rest, to, 0);
        }
        catch (SchemaParseException error)
        {
            throw new DataMismatchException(error.Message);
        }
    }

    // A count, then the place among the messages of the file and of each message in it; a count of 0 means [0].
    private ProtoType ReadType(ref WireReader reader)
    {
        var count = ZigZag(reader.Varint());
        if (count is < 0 or > MaxDepth)
            throw new DataMismatchException($"the data has {count} message indexes");
        var (messages, name) = (schema.File.Messages, schema.File.Package);
        ProtoMessage? message = null;
        for (var i = 0; i < Math.Max(count, 1); i++)
        {
            var index = count == 0 ? 0 : ZigZag(reader.Varint());
            message = index >= 0 && index < messages.Count ? messages[(int)index]
                : throw new DataMismatchException("the data is of a message that the schema does not define");
            (messages, name) = (message.Messages, ProtoNames.Join(name, message.Name));
        }
        return schema.Types[name];
    }

    public static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>The message of a well-known type that has a JSON form of its own, or null.</summary>
    public static string? WellKnown(ProtoType type) => type.FullName.StartsWith(
        "google.protobuf.", StringComparison.Ordinal) ? type.FullName["google.protobuf.".Length..] : null;

    public static bool IsWrapper(string? wellKnown) => wellKnown is "DoubleValue" or "FloatValue" or "Int64Value"
        or "UInt64Value" or "Int32Value" or "UInt32Value" or "BoolValue" or "StringValue" or "BytesValue";
}
