using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>Reads messages and fields of a FileDescriptorProto.</summary>
internal static class DescriptorMessageReader
{
    private sealed class Parts
    {
        public string Name = "";
        public bool IsMapEntry;
        public readonly List<(ProtoField Field, int? Oneof, bool IsOptional3)> Fields = [];
        public readonly List<ProtoMessage> Nested = [];
        public readonly List<(string Name, ProtoField Key, ProtoField Value)> Maps = [];
        public readonly List<string> Oneofs = [];
        public readonly List<(int, int)> Reserved = [];
        public readonly List<(int, int)> Extensions = [];
        public readonly List<string> ReservedNames = [];
        public readonly List<ProtoEnum> Enums = [];
        public readonly List<ProtoExtend> Extends = [];
        public readonly List<ProtoOption> Options = [];
    }

    public static ProtoMessage Message(ReadOnlySpan<byte> data, int depth) => Build(Read(data, depth));

    private static Parts Read(ReadOnlySpan<byte> data, int depth)
    {
        if (depth > ProtoParser.MaxNesting)
            throw new SchemaParseException($"messages are nested deeper than {ProtoParser.MaxNesting}");
        var parts = new Parts();
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            if (type != WireType.Bytes)
                reader.Skip(type, number);
            else
                ReadPart(parts, number, reader.Bytes(), depth);
        }
        return parts;
    }

    private static void ReadPart(Parts parts, int number, ReadOnlySpan<byte> data, int depth)
    {
        switch (number)
        {
            case 1:
                parts.Name = System.Text.Encoding.UTF8.GetString(data);
                break;
            case 2:
                parts.Fields.Add(Field(data).Field);
                break;
            case 3:
                AddNested(parts, Read(data, depth + 1));
                break;
            case 4:
                parts.Enums.Add(DescriptorReader.Enum(data));
                break;
            case 5:
                parts.Extensions.Add(DescriptorReader.Range(data, includesEnd: false));
                break;
            case 6:
                AddExtension(parts.Extends, data);
                break;
            case 7:
                parts.Options.AddRange(DescriptorReader.Options(data, DescriptorNames.Message));
                parts.IsMapEntry = DescriptorReader.Options(data, [new("map_entry", 7, 'b')]).Count > 0;
                break;
            case 8:
                parts.Oneofs.Add(Text(data, 1));
                break;
            case 9:
                parts.Reserved.Add(DescriptorReader.Range(data, includesEnd: false));
                break;
            case 10:
                parts.ReservedNames.Add(System.Text.Encoding.UTF8.GetString(data));
                break;
        }
    }

    private static void AddNested(Parts parts, Parts nested)
    {
        if (nested.IsMapEntry && nested.Fields.Count == 2)
            parts.Maps.Add((nested.Name, nested.Fields[0].Field, nested.Fields[1].Field));
        else
            parts.Nested.Add(Build(nested));
    }

    private static ProtoMessage Build(Parts parts)
    {
        var message = new ProtoMessage(parts.Name);
        message.Oneofs.AddRange(parts.Oneofs.Select(name => new ProtoOneof(name)));
        foreach (var (field, oneof, isOptional3) in parts.Fields)
        {
            var map = parts.Maps.Find(one => field.Type.EndsWith("." + one.Name, StringComparison.Ordinal));
            if (field.IsRepeated && map.Name is not null)
                message.Fields.Add(Copy(field, "", map.Value.Type, map.Key.Type));
            else if (isOptional3)
                message.Fields.Add(Copy(field, "optional", field.Type, null));
            else if (oneof is { } index && index >= 0 && index < message.Oneofs.Count)
                message.Oneofs[index].Fields.Add(Copy(field, "", field.Type, null));
            else
                message.Fields.Add(field);
        }
        message.Oneofs.RemoveAll(oneof => oneof.Fields.Count == 0);
        message.Messages.AddRange(parts.Nested);
        message.Enums.AddRange(parts.Enums);
        message.Extends.AddRange(parts.Extends);
        message.Options.AddRange(parts.Options);
        if (parts.Reserved.Count > 0)
            message.Reserved.Add(new ProtoReserved(parts.Reserved, []));
        if (parts.ReservedNames.Count > 0)
            message.Reserved.Add(new ProtoReserved([], parts.ReservedNames));
        if (parts.Extensions.Count > 0)
            message.Extensions.Add(new ProtoReserved(parts.Extensions, []));
        return message;
    }

    private static ProtoField Copy(ProtoField field, string label, string type, string? mapKey) => new()
    {
        Label = label,
        Type = type,
        MapKey = mapKey,
        Name = field.Name,
        Number = field.Number,
        IsGroup = field.IsGroup,
        IsExplicit = label == "optional",
        Options = field.Options,
    };

    public static void AddExtension(List<ProtoExtend> extends, ReadOnlySpan<byte> data)
    {
        var (field, extendee) = Field(data);
        var extend = extends.Find(one => one.Type == extendee);
        if (extend is null)
            extends.Add(extend = new ProtoExtend(extendee));
        extend.Fields.Add(field.Field);
    }

    private static ((ProtoField Field, int? Oneof, bool IsOptional3) Field, string Extendee) Field(
        ReadOnlySpan<byte> data)
    {
        var texts = new Dictionary<int, string>();
        var numbers = new Dictionary<int, int>();
        var options = new List<ProtoOption>();
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            if (type == WireType.Varint)
                numbers[number] = reader.Int32();
            else if (type == WireType.Bytes && number == 8)
                options.AddRange(DescriptorReader.Options(reader.Bytes(), DescriptorNames.Field));
            else if (type == WireType.Bytes)
                texts[number] = reader.Text();
            else
                reader.Skip(type, number);
        }
        return ((ToField(texts, numbers, options), numbers.TryGetValue(9, out var oneof) ? oneof : null,
            numbers.GetValueOrDefault(17) != 0), texts.GetValueOrDefault(2, ""));
    }

    private static ProtoField ToField(
        Dictionary<int, string> texts, Dictionary<int, int> numbers, List<ProtoOption> options)
    {
        var name = texts.GetValueOrDefault(1, "");
        var kind = numbers.GetValueOrDefault(5);
        var scalar = DescriptorNames.Scalars.ElementAtOrDefault(kind) ?? "";
        if (texts.TryGetValue(7, out var preset))
            options.Insert(0, new ProtoOption("default", scalar is "string" or "bytes"
                ? new ProtoValue.Text(preset) : new ProtoValue.Word(preset)));
        if (texts.TryGetValue(10, out var json) && json != ProtoJsonNames.Of(name))
            options.Add(new ProtoOption("json_name", new ProtoValue.Text(json)));
        var isGroup = kind == DescriptorNames.GroupType;
        var type = scalar.Length > 0 ? scalar : texts.GetValueOrDefault(6, "");
        return new ProtoField
        {
            Label = DescriptorNames.Labels.ElementAtOrDefault(numbers.GetValueOrDefault(4)) ?? "",
            Type = isGroup ? type[(type.LastIndexOf('.') + 1)..] : type,
            Name = name,
            Number = numbers.GetValueOrDefault(3),
            IsGroup = isGroup,
            Options = options,
        };
    }

    /// <summary>
    /// A descriptor says optional for every field that is neither repeated nor required; proto3 does not write it.
    /// </summary>
    public static void FinishLabels(ProtoFile file)
    {
        if (!file.IsProto3)
            return;
        foreach (var message in file.Messages)
            FinishLabels(message);
    }

    private static void FinishLabels(ProtoMessage message)
    {
        for (var i = 0; i < message.Fields.Count; i++)
        {
            var field = message.Fields[i];
            if (field.Label == "optional" && field.MapKey is null && !field.IsExplicit)
                message.Fields[i] = Copy(field, "", field.Type, null);
        }
        message.Messages.ForEach(FinishLabels);
    }

    private static string Text(ReadOnlySpan<byte> data, int wanted)
    {
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            if (number == wanted && type == WireType.Bytes)
                return reader.Text();
            reader.Skip(type, number);
        }
        return "";
    }
}
