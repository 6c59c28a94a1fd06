using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Protobuf;

namespace Platform.Api.Serialization;

/// <summary>The JSON form of Protobuf to its encoding; names of fields are taken in both spellings.</summary>
internal sealed class ProtobufJsonEncoder(ProtoSchema schema)
{
    public void Message(ProtoType type, JsonElement data, WireWriter to, string path, int depth)
    {
        if (depth > ProtobufCodec.MaxDepth)
            throw new DataMismatchException(path, $"messages are nested deeper than {ProtobufCodec.MaxDepth}");
        if (WellKnown(type, data, to, path, depth))
            return;
        if (data.ValueKind != JsonValueKind.Object)
            throw new DataMismatchException(path, $"an object of the fields of {type.FullName} is expected");
        foreach (var member in data.EnumerateObject())
        {
            var field = Field(type.Message!, member.Name)
                ?? throw new DataMismatchException($"{path}/{member.Name}", $"{type.FullName} has no such field");
            if (member.Value.ValueKind != JsonValueKind.Null || field.Type.EndsWith("Value", StringComparison.Ordinal))
                Write(field, type.FullName, member.Value, to, $"{path}/{member.Name}", depth);
        }
        if (type.Message!.AllFields.FirstOrDefault(field => field.IsRequired
            && !data.EnumerateObject().Any(member => IsNamed(field, member.Name))) is { } missing)
            throw new DataMismatchException($"{path}/{missing.Name}", "the required field is missing");
    }

    private static ProtoField? Field(ProtoMessage message, string name) =>
        message.AllFields.FirstOrDefault(field => IsNamed(field, name));

    private static bool IsNamed(ProtoField field, string name) =>
        field.Name == name || ProtobufJsonDecoder.JsonName(field) == name;

    private void Write(
        ProtoField field, string scope, JsonElement data, WireWriter to, string path, int depth)
    {
        if (field.MapKey is not null)
        {
            WriteMap(field, scope, data, to, path, depth);
            return;
        }
        if (!field.IsRepeated)
        {
            WriteOne(field.Number, field.Type, scope, data, to, path, depth);
            return;
        }
        if (data.ValueKind != JsonValueKind.Array)
            throw new DataMismatchException(path, "an array is expected");
        // Each item on its own: every reader takes this form, also for fields that are packed by default.
        foreach (var item in data.EnumerateArray())
            WriteOne(field.Number, field.Type, scope, item, to, path, depth);
    }

    private void WriteMap(
        ProtoField field, string scope, JsonElement data, WireWriter to, string path, int depth)
    {
        if (data.ValueKind != JsonValueKind.Object)
            throw new DataMismatchException(path, "an object is expected");
        foreach (var member in data.EnumerateObject())
        {
            to.Message(field.Number, entry =>
            {
                var key = JsonSerializer.SerializeToElement(member.Name, NameJson.Default.String);
                if (field.MapKey == "bool")
                    key = JsonElement.Parse(member.Name is "true" ? "true" : "false");
                WriteOne(1, field.MapKey!, scope, key, entry, path, depth);
                WriteOne(2, field.Type, scope, member.Value, entry, $"{path}/{member.Name}", depth);
            });
        }
    }

    private void WriteOne(
        int number, string typeName, string scope, JsonElement data, WireWriter to, string path, int depth)
    {
        if (ProtoScalars.IsScalar(typeName))
        {
            ProtobufScalarJson.Write(number, typeName, data, to, path);
            return;
        }
        var type = schema.Resolve(typeName, scope)
            ?? throw new DataMismatchException(path, $"the type {typeName} is not defined");
        if (type.Enum is null)
            to.Message(number, inner => Message(type, data, inner, path, depth + 1));
        else
            to.Int(number, EnumNumber(type, data, path));
    }

    private static int EnumNumber(ProtoType type, JsonElement data, string path)
    {
        if (data.ValueKind == JsonValueKind.Null)
            return 0;
        if (data.ValueKind == JsonValueKind.Number && data.TryGetInt32(out var number))
            return number;
        return data.ValueKind == JsonValueKind.String
            && type.Enum!.Constants.Find(one => one.Name == data.GetString()) is { } constant ? constant.Number
            : throw new DataMismatchException(path, $"a constant of {type.FullName} is expected");
    }

    private bool WellKnown(ProtoType type, JsonElement data, WireWriter to, string path, int depth)
    {
        var name = ProtobufCodec.WellKnown(type);
        if (ProtobufCodec.IsWrapper(name))
        {
            ProtobufScalarJson.Write(1, type.Message!.Fields[0].Type, data, to, path);
            return true;
        }
        switch (name)
        {
            case "Timestamp" or "Duration" when data.ValueKind == JsonValueKind.String:
                var (seconds, nanos) = name == "Timestamp" ? Timestamp(data.GetString()!, path)
                    : Duration(data.GetString()!, path);
                to.Tag(1, WireType.Varint);
                to.Varint((ulong)seconds);
                to.Int(2, nanos == 0 ? null : nanos);
                return true;
            case "FieldMask" when data.ValueKind == JsonValueKind.String:
                foreach (var mask in data.GetString()!.Split(',', StringSplitOptions.RemoveEmptyEntries))
                    to.Text(1, mask);
                return true;
            case "Struct" when data.ValueKind == JsonValueKind.Object:
                foreach (var member in data.EnumerateObject())
                    to.Message(1, entry =>
                    {
                        entry.Text(1, member.Name);
                        entry.Message(2, value => StructValue(member.Value, value, path, depth + 1));
                    });
                return true;
            case "ListValue" when data.ValueKind == JsonValueKind.Array:
                foreach (var item in data.EnumerateArray())
                    to.Message(1, value => StructValue(item, value, path, depth + 1));
                return true;
            case "Value":
                StructValue(data, to, path, depth);
                return true;
            default:
                return false;
        }
    }

    private static void StructValue(JsonElement data, WireWriter to, string path, int depth)
    {
        if (depth > ProtobufCodec.MaxDepth)
            throw new DataMismatchException(path, $"values are nested deeper than {ProtobufCodec.MaxDepth}");
        switch (data.ValueKind)
        {
            case JsonValueKind.Null:
                to.Int(1, 0);
                break;
            case JsonValueKind.Number:
                to.Tag(2, WireType.Fixed64);
                to.Fixed64(BitConverter.DoubleToUInt64Bits(data.GetDouble()));
                break;
            case JsonValueKind.String:
                to.Text(3, data.GetString());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                to.Int(4, data.GetBoolean() ? 1 : 0);
                break;
            case JsonValueKind.Array:
                to.Message(6, list =>
                {
                    foreach (var item in data.EnumerateArray())
                        list.Message(1, value => StructValue(item, value, path, depth + 1));
                });
                break;
            default:
                to.Message(5, inner =>
                {
                    foreach (var member in data.EnumerateObject())
                        inner.Message(1, entry =>
                        {
                            entry.Text(1, member.Name);
                            entry.Message(2, value => StructValue(member.Value, value, path, depth + 1));
                        });
                });
                break;
        }
    }

    private static (long Seconds, int Nanos) Timestamp(string text, string path) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (time.ToUnixTimeSeconds(), (int)(time.Ticks % TimeSpan.TicksPerSecond) * 100)
            : throw new DataMismatchException(path, "a time such as \"2026-01-01T00:00:00Z\" is expected");

    private static (long Seconds, int Nanos) Duration(string text, string path) =>
        text.EndsWith('s') && decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.Float,
            CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 315_576_000_001m
            ? ((long)seconds, (int)((seconds - (long)seconds) * 1_000_000_000))
            : throw new DataMismatchException(path, "a duration such as \"1.5s\" is expected");
}
