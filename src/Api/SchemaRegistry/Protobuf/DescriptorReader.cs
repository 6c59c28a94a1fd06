using System.Globalization;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>Reads a FileDescriptorProto, which clients of .NET, Python and JavaScript register.</summary>
internal static class DescriptorReader
{
    /// <exception cref="SchemaParseException">The bytes are none.</exception>
    public static ProtoFile Read(ReadOnlySpan<byte> data)
    {
        var file = new ProtoFile();
        var publics = new HashSet<int>();
        var paths = new List<string>();
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            switch (number)
            {
                case 2 when type == WireType.Bytes:
                    file.Package = reader.Text();
                    break;
                case 3 when type == WireType.Bytes:
                    paths.Add(reader.Text());
                    break;
                case 4 when type == WireType.Bytes:
                    file.Messages.Add(DescriptorMessageReader.Message(reader.Bytes(), depth: 1));
                    break;
                case 5 when type == WireType.Bytes:
                    file.Enums.Add(Enum(reader.Bytes()));
                    break;
                case 6 when type == WireType.Bytes:
                    file.Services.Add(Service(reader.Bytes()));
                    break;
                case 7 when type == WireType.Bytes:
                    DescriptorMessageReader.AddExtension(file.Extends, reader.Bytes());
                    break;
                case 8 when type == WireType.Bytes:
                    file.Options.AddRange(Options(reader.Bytes(), DescriptorNames.File));
                    break;
                case 10 when type == WireType.Varint:
                    publics.Add(reader.Int32());
                    break;
                case 12 when type == WireType.Bytes:
                    file.Syntax = reader.Text();
                    break;
                default:
                    reader.Skip(type, number);
                    break;
            }
        }
        file.Imports.AddRange(paths.Select((path, i) => new ProtoImport(path, publics.Contains(i) ? "public" : "")));
        file.Syntax ??= "proto2";
        DescriptorMessageReader.FinishLabels(file);
        if (file.Messages.Count + file.Enums.Count == 0)
            throw new SchemaParseException("the FileDescriptorProto defines no message and no enum");
        return file;
    }

    internal static ProtoEnum Enum(ReadOnlySpan<byte> data)
    {
        var name = "";
        var constants = new List<ProtoConstant>();
        var options = new List<ProtoOption>();
        var reserved = new List<(int, int)>();
        var reservedNames = new List<string>();
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            switch (number)
            {
                case 1 when type == WireType.Bytes:
                    name = reader.Text();
                    break;
                case 2 when type == WireType.Bytes:
                    constants.Add(Constant(reader.Bytes()));
                    break;
                case 3 when type == WireType.Bytes:
                    options.AddRange(Options(reader.Bytes(), DescriptorNames.Enum));
                    break;
                case 4 when type == WireType.Bytes:
                    reserved.Add(Range(reader.Bytes(), includesEnd: true));
                    break;
                case 5 when type == WireType.Bytes:
                    reservedNames.Add(reader.Text());
                    break;
                default:
                    reader.Skip(type, number);
                    break;
            }
        }
        var symbols = new ProtoEnum(name);
        symbols.Constants.AddRange(constants);
        symbols.Options.AddRange(options);
        if (reserved.Count > 0)
            symbols.Reserved.Add(new ProtoReserved(reserved, []));
        if (reservedNames.Count > 0)
            symbols.Reserved.Add(new ProtoReserved([], reservedNames));
        return symbols;
    }

    private static ProtoConstant Constant(ReadOnlySpan<byte> data)
    {
        var (name, value, options) = ("", 0, new List<ProtoOption>());
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            switch (number)
            {
                case 1 when type == WireType.Bytes:
                    name = reader.Text();
                    break;
                case 2 when type == WireType.Varint:
                    value = reader.Int32();
                    break;
                case 3 when type == WireType.Bytes:
                    options = Options(reader.Bytes(), DescriptorNames.Constant);
                    break;
                default:
                    reader.Skip(type, number);
                    break;
            }
        }
        return new ProtoConstant(name, value, options);
    }

    internal static (int From, int To) Range(ReadOnlySpan<byte> data, bool includesEnd)
    {
        var (from, to) = (0, 0);
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            if (number == 1 && type == WireType.Varint)
                from = reader.Int32();
            else if (number == 2 && type == WireType.Varint)
                to = reader.Int32();
            else
                reader.Skip(type, number);
        }
        var last = includesEnd ? to : to - 1;
        return (from, last >= 536_870_911 ? ProtoReserved.Max : last);
    }

    private static ProtoService Service(ReadOnlySpan<byte> data)
    {
        var (name, methods) = ("", new List<ProtoMethod>());
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            if (number == 1 && type == WireType.Bytes)
                name = reader.Text();
            else if (number == 2 && type == WireType.Bytes)
                methods.Add(Method(reader.Bytes()));
            else
                reader.Skip(type, number);
        }
        var service = new ProtoService(name);
        service.Methods.AddRange(methods);
        return service;
    }

    private static ProtoMethod Method(ReadOnlySpan<byte> data)
    {
        var texts = new Dictionary<int, string>();
        var flags = new HashSet<int>();
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            if (number <= 3 && type == WireType.Bytes)
                texts[number] = reader.Text();
            else if (type == WireType.Varint && reader.Varint() != 0)
                flags.Add(number);
            else if (type != WireType.Varint)
                reader.Skip(type, number);
        }
        return new ProtoMethod
        {
            Name = texts.GetValueOrDefault(1, ""),
            Request = texts.GetValueOrDefault(2, ""),
            Response = texts.GetValueOrDefault(3, ""),
            StreamsRequest = flags.Contains(5),
            StreamsResponse = flags.Contains(6),
        };
    }

    internal static List<ProtoOption> Options(ReadOnlySpan<byte> data, IReadOnlyList<DescriptorOption> known)
    {
        var options = new List<ProtoOption>();
        var reader = new WireReader(data);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.Tag();
            var option = known.FirstOrDefault(one => one.Number == number);
            if (option is { Kind: 't' } && type == WireType.Bytes)
                options.Add(new ProtoOption(option.Name, new ProtoValue.Text(reader.Text())));
            else if (option is { Kind: 'b' or 'e' } && type == WireType.Varint)
                options.Add(new ProtoOption(option.Name, new ProtoValue.Word(Word(option, reader.Int32()))));
            else
                reader.Skip(type, number);
        }
        return options;
    }

    private static string Word(DescriptorOption option, int value) => option.Constants is { } constants
        ? constants.ElementAtOrDefault(value) ?? value.ToString(CultureInfo.InvariantCulture)
        : value != 0 ? "true" : "false";
}
