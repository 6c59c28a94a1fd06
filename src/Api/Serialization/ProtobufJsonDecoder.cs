using System.Globalization;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Protobuf;

namespace Platform.Api.Serialization;

/// <summary>Protobuf's encoding to its JSON form. Fields that the schema does not know are left out.</summary>
internal sealed class ProtobufJsonDecoder(ProtoSchema schema)
{
    private readonly record struct Piece(WireType Type, ReadOnlyMemory<byte> Bytes);

    /// <summary>The name of a field in JSON: json_name, or the name in lowerCamelCase.</summary>
    public static string JsonName(ProtoField field) =>
        field.Options.Find(option => option.Name == "json_name")?.Value is ProtoValue.Text text
            ? text.Value : ProtoJsonNames.Of(field.Name);

    public void Message(ProtoType type, ReadOnlySpan<byte> data, Utf8JsonWriter to, int depth)
    {
        if (depth > ProtobufCodec.MaxDepth)
            throw new DataMismatchException($"messages are nested deeper than {ProtobufCodec.MaxDepth}");
        var fields = Split(data);
        if (WellKnown(type, fields, to, depth))
            return;
        to.WriteStartObject();
        foreach (var field in type.Message!.AllFields)
        {
            if (fields.TryGetValue(field.Number, out var pieces))
                Field(field, type.FullName, pieces, to, depth);
        }
        to.WriteEndObject();
    }

    // Fields may come in any order and items of a list apart, but JSON wants each together.
    private static Dictionary<int, List<Piece>> Split(ReadOnlySpan<byte> data)
    {
        var fields = new Dictionary<int, List<Piece>>();
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            var bytes = Value(ref reader, type, number);
            if (!fields.TryGetValue(number, out var pieces))
                fields.Add(number, pieces = []);
            pieces.Add(new Piece(type, bytes));
        }
        return fields;
    }

    private static byte[] Value(ref WireReader reader, WireType type, int number)
    {
        if (type == WireType.Bytes)
            return reader.Bytes().ToArray();
        if (type == WireType.StartGroup)
            return reader.Group(number).ToArray();
        var before = reader.Rest;
        reader.Skip(type, number);
        return before[..(before.Length - reader.Rest.Length)].ToArray();
    }

    private void Field(ProtoField field, string scope, List<Piece> pieces, Utf8JsonWriter to, int depth)
    {
        to.WritePropertyName(JsonName(field));
        if (field.MapKey is not null)
        {
            Map(field, scope, pieces, to, depth);
            return;
        }
        if (!field.IsRepeated)
        {
            One(field.Type, scope, pieces[^1], to, depth);
            return;
        }
        to.WriteStartArray();
        foreach (var piece in pieces)
        {
            if (piece.Type == WireType.Bytes && IsPackable(field.Type, scope))
                Packed(field.Type, scope, piece.Bytes.Span, to);
            else
                One(field.Type, scope, piece, to, depth);
        }
        to.WriteEndArray();
    }

    private bool IsPackable(string type, string scope) => ProtoScalars.IsScalar(type)
        ? type is not ("string" or "bytes") : schema.Resolve(type, scope)?.Enum is not null;

    private void Packed(string type, string scope, ReadOnlySpan<byte> data, Utf8JsonWriter to)
    {
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            if (ProtoScalars.IsScalar(type))
                ProtobufScalarJson.Read(type, ref reader, to);
            else
                Constant(schema.Resolve(type, scope)!, reader.Int32(), to);
        }
    }

    private void One(string typeName, string scope, Piece piece, Utf8JsonWriter to, int depth)
    {
        // String, bytes and messages were cut out with their length, which the reader of scalars expects.
        if (typeName == "string")
            to.WriteStringValue(piece.Bytes.Span);
        else if (typeName == "bytes")
            to.WriteBase64StringValue(piece.Bytes.Span);
        else if (ProtoScalars.IsScalar(typeName))
        {
            var reader = new WireReader(piece.Bytes.Span);
            ProtobufScalarJson.Read(typeName, ref reader, to);
        }
        else if (schema.Resolve(typeName, scope) is not { } type)
            throw new DataMismatchException($"the type {typeName} is not defined");
        else if (type.Enum is null)
            Message(type, piece.Bytes.Span, to, depth + 1);
        else
            Constant(type, new WireReader(piece.Bytes.Span).Int32(), to);
    }

    private static void Constant(ProtoType type, int number, Utf8JsonWriter to)
    {
        if (type.FullName == "google.protobuf.NullValue")
            to.WriteNullValue();
        else if (type.Enum!.Constants.Find(one => one.Number == number) is { } constant)
            to.WriteStringValue(constant.Name);
        else
            to.WriteNumberValue(number);
    }

    private void Map(ProtoField field, string scope, List<Piece> pieces, Utf8JsonWriter to, int depth)
    {
        to.WriteStartObject();
        foreach (var piece in pieces)
        {
            var entry = Split(piece.Bytes.Span);
            to.WritePropertyName(entry.TryGetValue(1, out var key) ? Key(field.MapKey!, key[^1])
                : field.MapKey == "string" ? "" : field.MapKey == "bool" ? "false" : "0");
            if (entry.TryGetValue(2, out var value))
                One(field.Type, scope, value[^1], to, depth);
            else
                Default(field.Type, scope, to, depth);
        }
        to.WriteEndObject();
    }

    private static string Key(string type, Piece piece)
    {
        if (type == "string")
            return System.Text.Encoding.UTF8.GetString(piece.Bytes.Span);
        var reader = new WireReader(piece.Bytes.Span);
        return ProtobufScalarJson.ReadKey(type, ref reader);
    }

    private void Default(string type, string scope, Utf8JsonWriter to, int depth)
    {
        switch (type)
        {
            case "string" or "bytes":
                to.WriteStringValue("");
                break;
            case "bool":
                to.WriteBooleanValue(false);
                break;
            case "int64" or "uint64" or "sint64" or "fixed64" or "sfixed64":
                to.WriteStringValue("0");
                break;
            case var scalar when ProtoScalars.IsScalar(scalar):
                to.WriteNumberValue(0);
                break;
            default:
                One(type, scope, new Piece(WireType.Bytes,
                    schema.Resolve(type, scope)?.Enum is null ? Array.Empty<byte>() : new byte[1]), to, depth);
                break;
        }
    }

    private bool WellKnown(
        ProtoType type, Dictionary<int, List<Piece>> fields, Utf8JsonWriter to, int depth)
    {
        var name = ProtobufCodec.WellKnown(type);
        if (ProtobufCodec.IsWrapper(name))
        {
            if (fields.TryGetValue(1, out var pieces))
                One(type.Message!.Fields[0].Type, type.FullName, pieces[^1], to, depth);
            else
                Default(type.Message!.Fields[0].Type, type.FullName, to, depth);
            return true;
        }
        switch (name)
        {
            case "Timestamp":
                to.WriteStringValue(TimestampText(Number(fields, 1), (int)Number(fields, 2)));
                return true;
            case "Duration":
                to.WriteStringValue(((decimal)Number(fields, 1) + ((int)Number(fields, 2) / 1_000_000_000m))
                    .ToString("0.#########", CultureInfo.InvariantCulture) + "s");
                return true;
            case "FieldMask":
                to.WriteStringValue(string.Join(',', fields.GetValueOrDefault(1, [])
                    .Select(piece => System.Text.Encoding.UTF8.GetString(piece.Bytes.Span))));
                return true;
            case "Struct":
                Map(type.Message!.Fields[0], type.FullName, fields.GetValueOrDefault(1, []), to, depth);
                return true;
            case "ListValue":
                to.WriteStartArray();
                foreach (var piece in fields.GetValueOrDefault(1, []))
                    One("google.protobuf.Value", "", piece, to, depth);
                to.WriteEndArray();
                return true;
            case "Value":
                var kind = type.Message!.Oneofs[0].Fields.LastOrDefault(field => fields.ContainsKey(field.Number));
                if (kind is null)
                    to.WriteNullValue();
                else
                    One(kind.Type, type.FullName, fields[kind.Number][^1], to, depth);
                return true;
            default:
                return false;
        }
    }

    private static long Number(Dictionary<int, List<Piece>> fields, int number) =>
        fields.TryGetValue(number, out var pieces) ? (long)new WireReader(pieces[^1].Bytes.Span).Varint() : 0;

    private static string TimestampText(long seconds, int nanos)
    {
        if (seconds is < -62_135_596_800 or > 253_402_300_799)
            throw new DataMismatchException($"the time of {seconds} seconds is beyond the year 9999");
        var text = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime
            .ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return nanos == 0 ? text + "Z"
            : text + (nanos / 1_000_000_000m).ToString(".#########", CultureInfo.InvariantCulture) + "Z";
    }
}
