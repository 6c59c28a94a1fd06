using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Avro;

namespace Platform.Api.Serialization;

/// <summary>
/// Avro's binary encoding from and to its JSON encoding: a value of a union is written {"type": value}, bytes are text
/// of one character each.
/// </summary>
internal sealed class AvroCodec(AvroSchema schema) : ISchemaCodec
{
    /// <summary>How deep values may nest; a schema that refers to itself has no end of its own.</summary>
    public const int MaxDepth = 64;

    public byte[] Encode(JsonElement data)
    {
        var to = new MemoryStream();
        Encode(schema, data, to, "");
        return to.ToArray();
    }

    public void Decode(ReadOnlyMemory<byte> data, Utf8JsonWriter to)
    {
        var reader = new AvroBinaryReader(data.Span);
        Decode(schema, ref reader, to, depth: 0);
    }

    /// <summary>The name by which the JSON encoding tells a branch of a union.</summary>
    public static string BranchName(AvroSchema branch) =>
        branch is NamedSchema named ? named.Name.FullName : AvroTypes.NameOf(branch.Type);

    private static void Encode(AvroSchema schema, JsonElement data, MemoryStream to, string path)
    {
        switch (schema)
        {
            case RecordSchema record:
                EncodeRecord(record, data, to, path);
                break;
            case EnumSchema symbols:
                var index = data.ValueKind == JsonValueKind.String
                    ? symbols.Symbols.ToList().IndexOf(data.GetString()!) : -1;
                WriteLong(to, index >= 0 ? index : throw Mismatch(path, data, $"a symbol of {symbols.Name.FullName}"));
                break;
            case FixedSchema @fixed:
                var bytes = Latin1(data, path);
                if (bytes.Length != @fixed.Size)
                    throw Mismatch(path, data, $"{@fixed.Size} bytes");
                to.Write(bytes);
                break;
            case ArraySchema array:
                EncodeArray(array, data, to, path);
                break;
            case MapSchema map:
                EncodeMap(map, data, to, path);
                break;
            case UnionSchema union:
                EncodeUnion(union, data, to, path);
                break;
            default:
                EncodePrimitive(schema.Type, data, to, path);
                break;
        }
    }

    private static void EncodeRecord(RecordSchema record, JsonElement data, MemoryStream to, string path)
    {
        if (data.ValueKind != JsonValueKind.Object)
            throw Mismatch(path, data, $"an object of the fields of {record.Name.FullName}");
        foreach (var field in record.Fields)
        {
            if (!data.TryGetProperty(field.Name, out var value))
                throw new DataMismatchException($"{path}/{field.Name}", $"the field '{field.Name}' is missing");
            Encode(field.Schema, value, to, $"{path}/{field.Name}");
        }
        foreach (var member in data.EnumerateObject())
        {
            if (!record.Fields.Any(field => field.Name == member.Name))
                throw new DataMismatchException($"{path}/{member.Name}",
                    $"{record.Name.FullName} has no field '{member.Name}'");
        }
    }

    private static void EncodeArray(ArraySchema array, JsonElement data, MemoryStream to, string path)
    {
        if (data.ValueKind != JsonValueKind.Array)
            throw Mismatch(path, data, "an array");
        var count = data.GetArrayLength();
        if (count > 0)
            WriteLong(to, count);
        for (var i = 0; i < count; i++)
            Encode(array.Items, data[i], to, string.Create(CultureInfo.InvariantCulture, $"{path}/{i}"));
        WriteLong(to, 0);
    }

    private static void EncodeMap(MapSchema map, JsonElement data, MemoryStream to, string path)
    {
        if (data.ValueKind != JsonValueKind.Object)
            throw Mismatch(path, data, "an object");
        var count = data.EnumerateObject().Count();
        if (count > 0)
            WriteLong(to, count);
        foreach (var member in data.EnumerateObject())
        {
            WriteBytes(to, Encoding.UTF8.GetBytes(member.Name));
            Encode(map.Values, member.Value, to, $"{path}/{member.Name}");
        }
        WriteLong(to, 0);
    }

    private static void EncodeUnion(UnionSchema union, JsonElement data, MemoryStream to, string path)
    {
        var (name, value) = ("null", data);
        if (data.ValueKind == JsonValueKind.Object && data.EnumerateObject().Take(2).Count() == 1)
        {
            var member = data.EnumerateObject().First();
            (name, value) = (member.Name, member.Value);
        }
        else if (data.ValueKind != JsonValueKind.Null)
        {
            throw Mismatch(path, data, $"null or one of {{\"{string.Join("\": …}, {\"",
                union.Branches.Where(branch => branch.Type != AvroType.Null).Select(BranchName))}\": …}}");
        }
        for (var i = 0; i < union.Branches.Count; i++)
        {
            if (BranchName(union.Branches[i]) != name)
                continue;
            WriteLong(to, i);
            Encode(union.Branches[i], value, to, path);
            return;
        }
        throw Mismatch(path, data, $"a type of the union, which '{name}' is not");
    }

    private static void EncodePrimitive(AvroType type, JsonElement data, MemoryStream to, string path)
    {
        switch (type)
        {
            case AvroType.Null when data.ValueKind == JsonValueKind.Null:
                break;
            case AvroType.Boolean when data.ValueKind is JsonValueKind.True or JsonValueKind.False:
                to.WriteByte(data.GetBoolean() ? (byte)1 : (byte)0);
                break;
            case AvroType.Int when data.ValueKind == JsonValueKind.Number && data.TryGetInt32(out var number):
                WriteLong(to, number);
                break;
            case AvroType.Long when data.ValueKind == JsonValueKind.Number && data.TryGetInt64(out var number):
                WriteLong(to, number);
                break;
            case AvroType.Float when TryNumber(data, out var number):
                Span<byte> four = stackalloc byte[sizeof(float)];
                BinaryPrimitives.WriteSingleLittleEndian(four, (float)number);
                to.Write(four);
                break;
            case AvroType.Double when TryNumber(data, out var number):
                Span<byte> eight = stackalloc byte[sizeof(double)];
                BinaryPrimitives.WriteDoubleLittleEndian(eight, number);
                to.Write(eight);
                break;
            case AvroType.String when data.ValueKind == JsonValueKind.String:
                WriteBytes(to, Encoding.UTF8.GetBytes(data.GetString()!));
                break;
            case AvroType.Bytes:
                WriteBytes(to, Latin1(data, path));
                break;
            default:
                throw Mismatch(path, data, $"a {AvroTypes.NameOf(type)}");
        }
    }

    private static bool TryNumber(JsonElement data, out double number)
    {
        number = 0;
        return data.ValueKind == JsonValueKind.Number ? data.TryGetDouble(out number)
            : data.ValueKind == JsonValueKind.String && data.GetString() is "NaN" or "Infinity" or "-Infinity"
                && JavaNumber.TryParse(data.GetString()!, out number);
    }

    private static byte[] Latin1(JsonElement data, string path)
    {
        if (data.ValueKind != JsonValueKind.String)
            throw Mismatch(path, data, "text of one character a byte");
        var text = data.GetString()!;
        return text.All(letter => letter <= '\xff') ? Encoding.Latin1.GetBytes(text)
            : throw Mismatch(path, data, "text of characters up to \\u00ff");
    }

    private static void WriteBytes(MemoryStream to, byte[] bytes)
    {
        WriteLong(to, bytes.Length);
        to.Write(bytes);
    }

    private static void WriteLong(MemoryStream to, long value)
    {
        var zigzag = (ulong)((value << 1) ^ (value >> 63));
        for (; zigzag >= 0x80; zigzag >>= 7)
            to.WriteByte((byte)(zigzag | 0x80));
        to.WriteByte((byte)zigzag);
    }

    private static void Decode(AvroSchema schema, ref AvroBinaryReader reader, Utf8JsonWriter to, int depth)
    {
        if (depth > MaxDepth)
            throw new DataMismatchException($"the data is nested deeper than {MaxDepth}");
        switch (schema)
        {
            case RecordSchema record:
                to.WriteStartObject();
                foreach (var field in record.Fields)
                {
                    to.WritePropertyName(field.Name);
                    Decode(field.Schema, ref reader, to, depth + 1);
                }
                to.WriteEndObject();
                break;
            case EnumSchema symbols:
                to.WriteStringValue(symbols.Symbols[reader.Index(symbols.Symbols.Count)]);
                break;
            case FixedSchema @fixed:
                to.WriteStringValue(Encoding.Latin1.GetString(reader.Take(@fixed.Size)));
                break;
            case ArraySchema array:
                to.WriteStartArray();
                while (reader.Block() is var count and > 0)
                {
                    for (var i = 0L; i < count; i++)
                        Decode(array.Items, ref reader, to, depth + 1);
                }
                to.WriteEndArray();
                break;
            case MapSchema map:
                DecodeMap(map, ref reader, to, depth);
                break;
            case UnionSchema union:
                DecodeUnion(union, ref reader, to, depth);
                break;
            default:
                DecodePrimitive(schema.Type, ref reader, to);
                break;
        }
    }

    private static void DecodeMap(MapSchema map, ref AvroBinaryReader reader, Utf8JsonWriter to, int depth)
    {
        to.WriteStartObject();
        while (reader.Block() is var count and > 0)
        {
            for (var i = 0L; i < count; i++)
            {
                to.WritePropertyName(Encoding.UTF8.GetString(reader.Bytes()));
                Decode(map.Values, ref reader, to, depth + 1);
            }
        }
        to.WriteEndObject();
    }

    private static void DecodeUnion(UnionSchema union, ref AvroBinaryReader reader, Utf8JsonWriter to, int depth)
    {
        var branch = union.Branches[reader.Index(union.Branches.Count)];
        if (branch.Type == AvroType.Null)
        {
            to.WriteNullValue();
            return;
        }
        to.WriteStartObject();
        to.WritePropertyName(BranchName(branch));
        Decode(branch, ref reader, to, depth + 1);
        to.WriteEndObject();
    }

    private static void DecodePrimitive(AvroType type, ref AvroBinaryReader reader, Utf8JsonWriter to)
    {
        switch (type)
        {
            case AvroType.Null:
                to.WriteNullValue();
                break;
            case AvroType.Boolean:
                to.WriteBooleanValue(reader.Take(1)[0] != 0);
                break;
            case AvroType.Int or AvroType.Long:
                to.WriteNumberValue(reader.Long());
                break;
            case AvroType.Float:
                WriteNumber(to, BinaryPrimitives.ReadSingleLittleEndian(reader.Take(sizeof(float))));
                break;
            case AvroType.Double:
                WriteNumber(to, BinaryPrimitives.ReadDoubleLittleEndian(reader.Take(sizeof(double))));
                break;
            case AvroType.String:
                to.WriteStringValue(reader.Bytes());
                break;
            default:
                to.WriteStringValue(Encoding.Latin1.GetString(reader.Bytes()));
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter to, float value)
    {
        if (float.IsFinite(value))
            to.WriteNumberValue(value);
        else
            to.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    // JSON has no NaN; Avro's own encoder writes it as text.
    private static void WriteNumber(Utf8JsonWriter to, double value)
    {
        if (double.IsFinite(value))
            to.WriteNumberValue(value);
        else
            to.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static DataMismatchException Mismatch(string path, JsonElement data, string wanted) =>
        new(path, $"{wanted} is expected, not {(data.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? data.ValueKind.ToString() : data.GetRawText())}");
}
