using System.Buffers.Binary;
using System.Text;
using Platform.Protocol.Generator;

namespace Platform.Protocol.Tests.Messages;

/// <summary>
/// Encodes values straight from the schema, field by field, as slowly and plainly as the protocol reads. It shares
/// no code with what the generator emits, nor with <see cref="ProtocolWriter"/>, so that either can prove the other.
/// </summary>
internal sealed class SchemaInterpreter(SchemaModel schema, short version)
{
    private readonly List<byte> _bytes = [];
    private readonly bool _flexible = schema.Flexible.Contains(version);

    /// <summary>Adds, to every struct, a tagged field that no schema knows: as newer peers send them.</summary>
    public bool WithUnknownTags { get; init; }

    public static byte[] Encode(SchemaModel schema, StructValue value, short version, bool unknownTags = false)
    {
        var interpreter = new SchemaInterpreter(schema, version) { WithUnknownTags = unknownTags };
        interpreter.WriteStruct(value);
        return [.. interpreter._bytes];
    }

    private void WriteStruct(StructValue value)
    {
        foreach (var (field, content) in value.Where(f => !IsTagged(f.Field)))
            WriteField(field, content);
        if (_flexible)
            WriteTagged([.. value.Where(f => IsTagged(f.Field)).OrderBy(f => f.Field.Tag)]);
    }

    private bool IsTagged(FieldModel field) => field.Tag is not null && field.Tagged.Contains(version);

    private void WriteTagged(List<(FieldModel Field, object? Value)> fields)
    {
        fields.RemoveAll(f => StructValue.IsDefault(f.Field, f.Value));
        WriteVarint((uint)(fields.Count + (WithUnknownTags ? 1 : 0)));
        foreach (var (field, content) in fields)
        {
            var inner = new SchemaInterpreter(schema, version) { WithUnknownTags = WithUnknownTags };
            inner.WriteField(field, content);
            WriteVarint((uint)field.Tag!);
            WriteVarint((uint)inner._bytes.Count);
            _bytes.AddRange(inner._bytes);
        }
        if (WithUnknownTags)
            _bytes.AddRange([0xA0, 0x8D, 0x06, 3, 1, 2, 3]);      // tag 100,000 with three bytes
    }

    private void WriteField(FieldModel field, object? value)
    {
        var compact = _flexible && !field.Rigid;
        if (field.IsArray)
            WriteArray(field, (List<object?>?)value, compact);
        else if (field.Struct is not null)
            WriteStructField(field, (StructValue?)value);
        else
            WriteScalar(field.BaseType, value, compact);
    }

    private void WriteStructField(FieldModel field, StructValue? value)
    {
        if (!field.Nullable.IsEmpty)
            _bytes.Add(value is null ? (byte)0xff : (byte)1);
        if (value is not null)
            WriteStruct(value);
    }

    private void WriteArray(FieldModel field, List<object?>? values, bool compact)
    {
        WriteLength(values?.Count ?? -1, compact, sizeof(int));
        foreach (var value in values ?? [])
        {
            if (field.Struct is not null)
                WriteStruct((StructValue)value!);
            else
                WriteScalar(field.BaseType, value, compact);
        }
    }

    private void WriteScalar(string type, object? value, bool compact)
    {
        switch (type)
        {
            case "bool": _bytes.Add((bool)value! ? (byte)1 : (byte)0); break;
            case "int8": WriteInteger((long)value!, 1); break;
            case "int16" or "error" or "uint16": WriteInteger((long)value!, 2); break;
            case "int32" or "uint32": WriteInteger((long)value!, 4); break;
            case "int64": WriteInteger((long)value!, 8); break;
            case "float64": WriteInteger(BitConverter.DoubleToInt64Bits((double)value!), 8); break;
            case "uuid": WriteUuid((Uuid)value!); break;
            case "string": WriteBytes(value is null ? null : Encoding.UTF8.GetBytes((string)value), compact, 2); break;
            default: WriteBytes((byte[]?)value, compact, 4); break;
        }
    }

    private void WriteUuid(Uuid value)
    {
        WriteInteger(value.MostSignificantBits, 8);
        WriteInteger(value.LeastSignificantBits, 8);
    }

    private void WriteBytes(byte[]? bytes, bool compact, int width)
    {
        WriteLength(bytes?.Length ?? -1, compact, width);
        _bytes.AddRange(bytes ?? []);
    }

    private void WriteLength(int length, bool compact, int width)
    {
        if (compact)
            WriteVarint((uint)(length + 1));
        else
            WriteInteger(length, width);
    }

    private void WriteInteger(long value, int width)
    {
        var all = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(all, value);
        _bytes.AddRange(all[^width..]);
    }

    private void WriteVarint(uint value)
    {
        for (; value > 127; value /= 128)
            _bytes.Add((byte)((value % 128) + 128));
        _bytes.Add((byte)value);
    }
}
