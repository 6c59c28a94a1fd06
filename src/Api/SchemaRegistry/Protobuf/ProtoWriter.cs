using System.Globalization;
using System.Text;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>
/// Prints a file in the layout that Confluent's registry stores: two spaces, blank lines between groups of members,
/// no comments.
/// </summary>
internal sealed class ProtoWriter
{
    private readonly StringBuilder _text = new();
    private int _indent;

    public static string Write(ProtoFile file)
    {
        var writer = new ProtoWriter();
        writer.AppendFile(file);
        return writer._text.ToString().TrimStart('\n');
    }

    private void AppendFile(ProtoFile file)
    {
        if (file.Syntax is not null)
            Line($"syntax = \"{file.Syntax}\";");
        if (file.Edition is not null)
            Line($"edition = \"{file.Edition}\";");
        if (file.Package.Length > 0)
            Line($"package {file.Package};");
        Group(file.Imports.OrderBy(import => import.IsPublic), import =>
            Line($"import {(import.Kind.Length > 0 ? import.Kind + " " : "")}\"{import.Path}\";"));
        Group(file.Options, AppendOption);
        if (file.Messages.Count + file.Enums.Count > 0)
            _text.Append('\n');
        file.Messages.ForEach(message => AppendMessage($"message {message.Name}", message));
        file.Enums.ForEach(AppendEnum);
        Group(file.Extends, AppendExtend);
        Group(file.Services, AppendService);
    }

    private void AppendMessage(string head, ProtoMessage message)
    {
        var groups = message.AllFields.Where(field => field.IsGroup).Select(field => field.Type).ToHashSet();
        Open(head);
        Group(message.Reserved, reserved => Line($"reserved {Ranges(reserved)};"));
        Group(message.Options, AppendOption);
        Group(message.Fields, field => AppendField(field, message));
        Group(message.Oneofs, oneof => AppendOneof(oneof, message));
        Group(message.Extensions, extensions => Line($"extensions {Ranges(extensions)};"));
        Group(message.Messages.Where(nested => !groups.Contains(nested.Name)),
            nested => AppendMessage($"message {nested.Name}", nested));
        Group(message.Enums, AppendEnum);
        Group(message.Extends, AppendExtend);
        Close();
    }

    private void AppendField(ProtoField field, ProtoMessage? owner)
    {
        var label = field.Label.Length > 0 ? field.Label + " " : "";
        var number = field.Number.ToString(CultureInfo.InvariantCulture);
        if (field.IsGroup && owner?.Messages.Find(message => message.Name == field.Type) is { } group)
        {
            AppendMessage($"{label}group {field.Type} = {number}", group);
            return;
        }
        var type = field.MapKey is null ? field.Type : $"map<{field.MapKey}, {field.Type}>";
        Line($"{label}{type} {field.Name} = {number}{OptionList(field.Options)};");
    }

    private void AppendOneof(ProtoOneof oneof, ProtoMessage owner)
    {
        Open($"oneof {oneof.Name}");
        oneof.Options.ForEach(AppendOption);
        oneof.Fields.ForEach(field => AppendField(field, owner));
        Close();
    }

    private void AppendEnum(ProtoEnum symbols)
    {
        Open($"enum {symbols.Name}");
        symbols.Reserved.ForEach(reserved => Line($"reserved {Ranges(reserved)};"));
        symbols.Options.ForEach(AppendOption);
        foreach (var constant in symbols.Constants)
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{constant.Name} = {constant.Number}{OptionList(constant.Options)};"));
        Close();
    }

    private void AppendExtend(ProtoExtend extend)
    {
        Open($"extend {extend.Type}");
        extend.Fields.ForEach(field => AppendField(field, owner: null));
        Close();
    }

    private void AppendService(ProtoService service)
    {
        Open($"service {service.Name}");
        service.Options.ForEach(AppendOption);
        foreach (var method in service.Methods)
            AppendMethod(method);
        Close();
    }

    private void AppendMethod(ProtoMethod method)
    {
        var request = method.StreamsRequest ? "stream " + method.Request : method.Request;
        var response = method.StreamsResponse ? "stream " + method.Response : method.Response;
        var head = $"rpc {method.Name} ({request}) returns ({response})";
        if (method.Options.Count == 0)
        {
            Line(head + ";");
            return;
        }
        Open(head);
        method.Options.ForEach(AppendOption);
        Close();
    }

    private void AppendOption(ProtoOption option) => Line($"option {option.Name} = {Value(option.Value)};");

    private string OptionList(List<ProtoOption> options)
    {
        if (options.Count == 0)
            return "";
        if (options.Count == 1)
            return $" [{options[0].Name} = {Value(options[0].Value)}]";
        var space = new string(' ', (_indent + 1) * 2);
        var lines = options.Select(option => $"{space}{option.Name} = {Value(option.Value)}");
        return $" [\n{string.Join(",\n", lines)}\n{new string(' ', _indent * 2)}]";
    }

    private static string Value(ProtoValue value) => value switch
    {
        ProtoValue.Text text => Quote(text.Value),
        ProtoValue.Word word => word.Value,
        ProtoValue.List list => $"[{string.Join(", ", list.Items.Select(Value))}]",
        ProtoValue.Message { Members.Count: 0 } => "{}",
        ProtoValue.Message message =>
            $"{{ {string.Join(", ", message.Members.Select(member => $"{member.Name}: {Value(member.Value)}"))} }}",
        _ => throw new InvalidOperationException($"{value.GetType()} is no value of an option"),
    };

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append("\\x").Append(((int)letter).ToString("x2", CultureInfo.InvariantCulture)),
                _ => quoted.Append(letter),
            };
        }
        return quoted.Append('"').ToString();
    }

    private static string Ranges(ProtoReserved reserved) => string.Join(", ",
        reserved.Ranges.Select(range => range.From == range.To ? Number(range.From)
            : $"{Number(range.From)} to {(range.To == ProtoReserved.Max ? "max" : Number(range.To))}")
        .Concat(reserved.Names.Select(Quote)));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    // A group of members is set off from what stands before it by an empty line.
    private void Group<T>(IEnumerable<T> items, Action<T> append)
    {
        var isFirst = true;
        foreach (var item in items)
        {
            if (isFirst && !_text.ToString(Math.Max(0, _text.Length - 2), Math.Min(2, _text.Length)).Equals("{\n",
                StringComparison.Ordinal))
                _text.Append('\n');
            isFirst = false;
            append(item);
        }
    }

    private void Open(string head)
    {
        Line(head + " {");
        _indent++;
    }

    private void Close()
    {
        _indent--;
        Line("}");
    }

    private void Line(string text) => _text.Append(' ', _indent * 2).Append(text).Append('\n');
}
