using System.Text;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>
/// Writes a file as a FileDescriptorProto, which clients of .NET, Python and JavaScript ask for. Custom options are
/// left out: they would need the descriptors of the extensions that define them.
/// </summary>
internal sealed class DescriptorWriter
{
    private readonly ProtoSchema _schema;

    private DescriptorWriter(ProtoSchema schema) => _schema = schema;

    public static byte[] Write(ProtoSchema schema) => new DescriptorWriter(schema).File().ToArray();

    private WireWriter File()
    {
        var file = _schema.File;
        var to = new WireWriter();
        to.Text(1, "default");
        to.Text(2, file.Package.Length == 0 ? null : file.Package);
        file.Imports.ForEach(import => to.Text(3, import.Path));
        file.Messages.ForEach(message => to.Message(4, inner => Message(inner, message, file.Package)));
        file.Enums.ForEach(symbols => to.Message(5, inner => Enum(inner, symbols)));
        file.Services.ForEach(service => to.Message(6, inner => Service(inner, service)));
        file.Extends.ForEach(extend => Extend(to, 7, extend, file.Package));
        to.Message(8, inner => Options(inner, file.Options, DescriptorNames.File), evenIfEmpty: false);
        for (var i = 0; i < file.Imports.Count; i++)
            to.Int(file.Imports[i].Kind == "weak" ? 11 : 10, file.Imports[i].Kind.Length == 0 ? null : i);
        to.Text(12, file.Edition is not null ? "editions" : file.IsProto3 ? "proto3" : null);
        to.Int(14, file.Edition is { } edition && int.TryParse(edition, out var year) ? year - 1023 : null);
        return to;
    }

    private void Message(WireWriter to, ProtoMessage message, string scope)
    {
        var name = ProtoNames.Join(scope, message.Name);
        to.Text(1, message.Name);
        var oneofs = message.Oneofs.Select(oneof => oneof.Name).ToList();
        foreach (var field in message.Fields)
            to.Message(2, inner => Field(inner, field, name, OwnOneof(field, oneofs), null));
        for (var i = 0; i < message.Oneofs.Count; i++)
        {
            foreach (var field in message.Oneofs[i].Fields)
                to.Message(2, inner => Field(inner, field, name, i, null));
        }
        message.Messages.ForEach(nested => to.Message(3, inner => Message(inner, nested, name)));
        foreach (var map in message.Fields.Where(field => field.MapKey is not null))
            to.Message(3, inner => MapEntry(inner, map, name));
        message.Enums.ForEach(symbols => to.Message(4, inner => Enum(inner, symbols)));
        foreach (var range in message.Extensions.SelectMany(extensions => extensions.Ranges))
            to.Message(5, inner => Range(inner, range, MaxField));
        message.Extends.ForEach(extend => Extend(to, 6, extend, name));
        to.Message(7, inner => Options(inner, message.Options, DescriptorNames.Message), evenIfEmpty: false);
        oneofs.ForEach(oneof => to.Message(8, inner => inner.Text(1, oneof)));
        foreach (var range in message.Reserved.SelectMany(reserved => reserved.Ranges))
            to.Message(9, inner => Range(inner, range, MaxField));
        foreach (var reserved in message.Reserved.SelectMany(reserved => reserved.Names))
            to.Text(10, reserved);
    }

    private const int MaxField = 536_870_911;

    // An optional field of proto3 is the only member of a oneof that nobody wrote.
    private int? OwnOneof(ProtoField field, List<string> oneofs)
    {
        if (!_schema.File.IsProto3 || field.Label != "optional")
            return null;
        oneofs.Add("_" + field.Name);
        return oneofs.Count - 1;
    }

    private void Field(WireWriter to, ProtoField field, string scope, int? oneof, string? extendee)
    {
        to.Text(1, field.Name);
        to.Text(2, extendee);
        to.Int(3, field.Number);
        to.Int(4, field.IsRepeated ? 3 : field.IsRequired ? 2 : 1);
        if (field.MapKey is not null)
        {
            to.Int(5, DescriptorNames.MessageType);
            to.Text(6, $".{scope}.{EntryName(field.Name)}");
        }
        else
        {
            Type(to, field.Type, scope, field.IsGroup);
        }
        if (field.Options.Find(option => option.Name == "default") is { } preset)
            to.Text(7, preset.Value is ProtoValue.Text text ? text.Value : ((ProtoValue.Word)preset.Value).Value);
        to.Message(8, inner => Options(inner, field.Options, DescriptorNames.Field), evenIfEmpty: false);
        to.Int(9, oneof);
        to.Text(10, field.Options.Find(option => option.Name == "json_name")?.Value is ProtoValue.Text json
            ? json.Value : ProtoJsonNames.Of(field.Name));
        to.Bool(17, _schema.File.IsProto3 && field.Label == "optional" && extendee is null);
    }

    private void Type(WireWriter to, string type, string scope, bool isGroup)
    {
        if (ProtoScalars.IsScalar(type))
        {
            to.Int(5, DescriptorNames.Scalars.ToList().IndexOf(type));
            return;
        }
        var found = _schema.Resolve(type, scope);
        to.Int(5, isGroup ? DescriptorNames.GroupType
            : found?.Enum is not null ? DescriptorNames.EnumType : DescriptorNames.MessageType);
        to.Text(6, found is null ? type : "." + found.FullName);
    }

    private void MapEntry(WireWriter to, ProtoField map, string scope)
    {
        to.Text(1, EntryName(map.Name));
        var key = new ProtoField { Type = map.MapKey!, Name = "key", Number = 1 };
        var value = new ProtoField { Type = map.Type, Name = "value", Number = 2 };
        to.Message(2, inner => Field(inner, key, scope, null, null));
        to.Message(2, inner => Field(inner, value, scope, null, null));
        to.Message(7, inner => inner.Bool(7, true));
    }

    private static string EntryName(string field)
    {
        var name = new StringBuilder();
        foreach (var part in field.Split('_', StringSplitOptions.RemoveEmptyEntries))
            name.Append(char.ToUpperInvariant(part[0])).Append(part.AsSpan(1));
        return name.Append("Entry").ToString();
    }

    private void Extend(WireWriter to, int number, ProtoExtend extend, string scope)
    {
        var extended = _schema.Resolve(extend.Type, scope);
        foreach (var field in extend.Fields)
            to.Message(number, inner => Field(inner, field, scope, null,
                extended is null ? extend.Type : "." + extended.FullName));
    }

    private static void Enum(WireWriter to, ProtoEnum symbols)
    {
        to.Text(1, symbols.Name);
        foreach (var constant in symbols.Constants)
        {
            to.Message(2, inner =>
            {
                inner.Text(1, constant.Name);
                inner.Int(2, constant.Number);
                inner.Message(3, options => Options(options, constant.Options, DescriptorNames.Constant),
                    evenIfEmpty: false);
            });
        }
        to.Message(3, inner => Options(inner, symbols.Options, DescriptorNames.Enum), evenIfEmpty: false);
        // Ranges of enums include their end, unlike those of messages.
        foreach (var range in symbols.Reserved.SelectMany(reserved => reserved.Ranges))
            to.Message(4, inner => Range(inner, (range.From, range.To), int.MaxValue, includesEnd: true));
        foreach (var reserved in symbols.Reserved.SelectMany(reserved => reserved.Names))
            to.Text(5, reserved);
    }

    private static void Range(WireWriter to, (int From, int To) range, int max, bool includesEnd = false)
    {
        to.Int(1, range.From);
        var last = Math.Min(range.To, max);
        to.Int(2, includesEnd ? last : last + 1);
    }

    private void Service(WireWriter to, ProtoService service)
    {
        to.Text(1, service.Name);
        foreach (var method in service.Methods)
        {
            to.Message(2, inner =>
            {
                inner.Text(1, method.Name);
                inner.Text(2, "." + _schema.Resolve(method.Request, _schema.File.Package)?.FullName);
                inner.Text(3, "." + _schema.Resolve(method.Response, _schema.File.Package)?.FullName);
                inner.Message(4, options => Options(options, method.Options, DescriptorNames.Deprecated),
                    evenIfEmpty: false);
                inner.Bool(5, method.StreamsRequest);
                inner.Bool(6, method.StreamsResponse);
            });
        }
        to.Message(3, inner => Options(inner, service.Options, DescriptorNames.Deprecated), evenIfEmpty: false);
    }

    private static void Options(WireWriter to, List<ProtoOption> options, IReadOnlyList<DescriptorOption> known)
    {
        foreach (var option in known)
        {
            switch (options.Find(one => one.Name == option.Name)?.Value)
            {
                case ProtoValue.Text text when option.Kind == 't':
                    to.Text(option.Number, text.Value);
                    break;
                case ProtoValue.Word word when option.Kind == 'b':
                    to.Int(option.Number, word.Value == "true" ? 1 : 0);
                    break;
                case ProtoValue.Word word when option.Kind == 'e':
                    to.Int(option.Number, Math.Max(0, option.Constants!.ToList().IndexOf(word.Value)));
                    break;
            }
        }
    }
}
