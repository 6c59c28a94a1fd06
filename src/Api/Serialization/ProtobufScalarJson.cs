using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Protobuf;

namespace Platform.Api.Serialization;

/// <summary>Scalars of Protobuf in JSON: integers of 64 bits are text, bytes are base64.</summary>
internal static class ProtobufScalarJson
{
    /// <summary>Writes a field with its tag.</summary>
    public static void Write(int number, string type, JsonElement data, WireWriter to, string path)
    {
        switch (type)
        {
            case "string" when data.ValueKind == JsonValueKind.String:
                to.Text(number, data.GetString());
                break;
            case "bytes" when data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out var bytes):
                to.Tag(number, WireType.Bytes);
                to.Bytes(bytes);
                break;
            case "bool" when data.ValueKind is JsonValueKind.True or JsonValueKind.False:
                to.Int(number, data.GetBoolean() ? 1 : 0);
                break;
            case "float" when TryDouble(data, out var value):
                to.Tag(number, WireType.Fixed32);
                to.Fixed32(BitConverter.SingleToUInt32Bits((float)value));
                break;
            case "double" when TryDouble(data, out var value):
                to.Tag(number, WireType.Fixed64);
                to.Fixed64(BitConverter.DoubleToUInt64Bits(value));
                break;
            default:
                WriteInteger(number, type, data, to, path);
                break;
        }
    }

    private static void WriteInteger(int number, string type, JsonElement data, WireWriter to, string path)
    {
        var text = data.ValueKind is JsonValueKind.String ? data.GetString()! : data.GetRawText();
        var isSmall = type.EndsWith("32", StringComparison.Ordinal);
        if (data.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)
            || !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || decimal.Truncate(value) != value || !ProtoScalars.IsScalar(type) || type is "string" or "bytes" or "bool"
            || value < Least(type, isSmall) || value > Most(type, isSmall))
            throw new DataMismatchException(path, $"a value of the type {type} is expected, not {data.GetRawText()}");
        var bits = value >= 0 ? (ulong)value : (ulong)(long)value;
        to.Tag(number, type.Contains("fixed", StringComparison.Ordinal)
            ? isSmall ? WireType.Fixed32 : WireType.Fixed64 : WireType.Varint);
        if (type is "fixed32" or "sfixed32")
            to.Fixed32((uint)bits);
        else if (type is "fixed64" or "sfixed64")
            to.Fixed64(bits);
        else
            to.Varint(type is "sint32" or "sint64" ? (bits << 1) ^ (ulong)((long)bits >> 63) : bits);
    }

    private static decimal Least(string type, bool isSmall) => type is "uint32" or "uint64" or "fixed32" or "fixed64"
        ? 0 : isSmall ? int.MinValue : long.MinValue;

    private static decimal Most(string type, bool isSmall) => type is "uint32" or "uint64" or "fixed32" or "fixed64"
        ? isSmall ? uint.MaxValue : ulong.MaxValue : isSmall ? int.MaxValue : long.MaxValue;

    private static bool TryDouble(JsonElement data, out double value)
    {
        value = 0;
        return data.ValueKind == JsonValueKind.Number ? data.TryGetDouble(out value)
            : data.ValueKind == JsonValueKind.String && double.TryParse(data.GetString(), NumberStyles.Float,
                CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads one value and writes it as JSON.</summary>
    public static void Read(string type, ref WireReader reader, Utf8JsonWriter to)
    {
        switch (type)
        {
            case "string":
                to.WriteStringValue(reader.Bytes());
                break;
            case "bytes":
                to.WriteBase64StringValue(reader.Bytes());
                break;
            case "float":
                Number(BitConverter.UInt32BitsToSingle(reader.Fixed32()), to);
                break;
            case "double":
                Number(BitConverter.UInt64BitsToDouble(reader.Fixed64()), to);
                break;
            case "bool":
                to.WriteBooleanValue(reader.Varint() != 0);
                break;
            default:
                ReadInteger(type, ref reader, to);
                break;
        }
    }

    /// <summary>As <see cref="Read"/>, as the name of a member.</summary>
    public static string ReadKey(string type, ref WireReader reader) => type switch
    {
        "string" => Encoding.UTF8.GetString(reader.Bytes()),
        "bool" => reader.Varint() != 0 ? "true" : "false",
        _ => Integer(type, ref reader).ToString(CultureInfo.InvariantCulture),
    };

    private static void ReadInteger(string type, ref WireReader reader, Utf8JsonWriter to)
    {
        var value = Integer(type, ref reader);
        if (type.EndsWith("64", StringComparison.Ordinal))
            to.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        else
            to.WriteNumberValue(value);
    }

    private static decimal Integer(string type, ref WireReader reader) => type switch
    {
        "int32" => (int)reader.Varint(),
        "int64" => (long)reader.Varint(),
        "uint32" => (uint)reader.Varint(),
        "uint64" => reader.Varint(),
        "sint32" => (int)ProtobufCodec.ZigZag(reader.Varint()),
        "sint64" => ProtobufCodec.ZigZag(reader.Varint()),
        "fixed32" => reader.Fixed32(),
        "sfixed32" => (int)reader.Fixed32(),
        "fixed64" => reader.Fixed64(),
        _ => (long)reader.Fixed64(),
    };

    /// <summary>JSON has no NaN; the JSON form writes it as text.</summary>
    public static void Number(double value, Utf8JsonWriter to)
    {
        if (double.IsFinite(value))
            to.WriteNumberValue(value);
        else
            to.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void Number(float value, Utf8JsonWriter to)
    {
        if (float.IsFinite(value))
            to.WriteNumberValue(value);
        else
            to.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}
