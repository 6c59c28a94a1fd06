using System.Globalization;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>
/// Lists how a .proto file differs from an earlier one. Messages and enums match by name, fields by number: that is
/// what the encoding knows.
/// </summary>
internal sealed class ProtobufCompatibility
{
    private readonly ProtoSchema _original;
    private readonly ProtoSchema _update;
    private readonly List<ProtoDifference> _found = [];
    private readonly HashSet<(ProtoMessage, ProtoMessage)> _compared = [];

    private ProtobufCompatibility(ProtoSchema original, ProtoSchema update)
    {
        _original = original;
        _update = update;
    }

    public static IReadOnlyList<ProtoDifference> Compare(ProtoSchema original, ProtoSchema update)
    {
        var comparison = new ProtobufCompatibility(original, update);
        if (original.File.Package != update.File.Package)
            comparison.Add(ProtoDifferenceType.PACKAGE_CHANGED, "#/");
        comparison.CompareTypes("", (original.File.Messages, original.File.Enums),
            (update.File.Messages, update.File.Enums));
        return comparison._found;
    }

    private void CompareTypes(string scope, (List<ProtoMessage> Messages, List<ProtoEnum> Enums) original,
        (List<ProtoMessage> Messages, List<ProtoEnum> Enums) update)
    {
        for (var i = 0; i < original.Messages.Count; i++)
        {
            var message = original.Messages[i];
            var name = ProtoNames.Join(scope, message.Name);
            var at = update.Messages.FindIndex(one => one.Name == message.Name);
            if (at < 0)
                Add(ProtoDifferenceType.MESSAGE_REMOVED, $"#/{name}");
            else
                CompareMessages(name, message, update.Messages[at]);
            if (at >= 0 && at != i)
                Add(ProtoDifferenceType.MESSAGE_MOVED, $"#/{name}");
        }
        foreach (var added in update.Messages.Where(one => !original.Messages.Exists(old => old.Name == one.Name)))
            Add(ProtoDifferenceType.MESSAGE_ADDED, $"#/{ProtoNames.Join(scope, added.Name)}");
        CompareEnums(scope, original.Enums, update.Enums);
    }

    private void CompareEnums(string scope, List<ProtoEnum> original, List<ProtoEnum> update)
    {
        foreach (var symbols in original)
        {
            var path = $"#/{ProtoNames.Join(scope, symbols.Name)}";
            if (update.Find(one => one.Name == symbols.Name) is { } other)
                CompareConstants(path, symbols, other);
            else
                Add(ProtoDifferenceType.ENUM_REMOVED, path);
        }
        foreach (var added in update.Where(one => !original.Exists(old => old.Name == one.Name)))
            Add(ProtoDifferenceType.ENUM_ADDED, $"#/{ProtoNames.Join(scope, added.Name)}");
    }

    private void CompareConstants(string path, ProtoEnum original, ProtoEnum update)
    {
        foreach (var number in original.Constants.Concat(update.Constants).Select(one => one.Number).Distinct().Order())
        {
            var before = original.Constants.Find(one => one.Number == number);
            var after = update.Constants.Find(one => one.Number == number);
            var here = $"{path}/{Text(number)}";
            if (before is null)
                Add(ProtoDifferenceType.ENUM_CONST_ADDED, here);
            else if (after is null)
                Add(ProtoDifferenceType.ENUM_CONST_REMOVED, here);
            else if (before.Name != after.Name)
                Add(ProtoDifferenceType.ENUM_CONST_CHANGED, here);
        }
    }

    private void CompareMessages(string name, ProtoMessage original, ProtoMessage update)
    {
        if (!_compared.Add((original, update)))
            return;
        CompareOneofs(name, original, update);
        foreach (var number in original.Fields.Concat(update.Fields).Select(one => one.Number).Distinct().Order())
            CompareNumber(name, number, original, update);
        CompareTypes(name, (original.Messages, original.Enums), (update.Messages, update.Enums));
    }

    private void CompareOneofs(string name, ProtoMessage original, ProtoMessage update)
    {
        var names = original.Oneofs.Concat(update.Oneofs).Select(one => one.Name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        foreach (var oneof in names)
        {
            var path = $"#/{name}/{oneof}";
            var before = original.Oneofs.Find(one => one.Name == oneof);
            var after = update.Oneofs.Find(one => one.Name == oneof);
            if (before is null)
                Add(ProtoDifferenceType.ONEOF_ADDED, path);
            else if (after is null)
                Add(ProtoDifferenceType.ONEOF_REMOVED, path);
            if (after is not null)
                CompareOrigins(path, original, after);
            if (before is not null && after is not null)
                CompareMembers(path, name, before, after, update);
        }
    }

    // A oneof keeps the last of its members: two that could both be set before lose one of them.
    private void CompareOrigins(string path, ProtoMessage original, ProtoOneof update)
    {
        var fromTop = update.Fields.Count(field => original.Fields.Exists(old => old.Number == field.Number));
        var fromOneofs = original.Oneofs.Count(
            oneof => oneof.Fields.Exists(old => update.Fields.Exists(field => field.Number == old.Number)));
        var alreadyThere = original.Oneofs.Exists(oneof => oneof.Name == update.Name);
        if (fromTop > 1)
            Add(ProtoDifferenceType.MULTIPLE_FIELDS_MOVED_TO_ONEOF, path);
        else if ((fromTop == 1 && (fromOneofs > 0 || alreadyThere)) || fromOneofs > 1)
            Add(ProtoDifferenceType.FIELD_MOVED_TO_EXISTING_ONEOF, path);
    }

    private void CompareMembers(
        string path, string name, ProtoOneof original, ProtoOneof update, ProtoMessage updateMessage)
    {
        foreach (var number in original.Fields.Concat(update.Fields).Select(one => one.Number).Distinct().Order())
        {
            var before = original.Fields.Find(one => one.Number == number);
            var after = update.Fields.Find(one => one.Number == number);
            var here = $"{path}/{Text(number)}";
            if (before is not null && after is not null)
                CompareFields(here, name, before, after);
            else if (before is null)
                Add(ProtoDifferenceType.ONEOF_FIELD_ADDED, here);
            else if (updateMessage.Fields.Find(one => one.Number == number) is { } moved)
            {
                Add(ProtoDifferenceType.ONEOF_FIELD_MOVED_TO_TOP_LEVEL, here);
                CompareFields(here, name, before, moved);
            }
            else if (!updateMessage.AllFields.Any(one => one.Number == number))
                Add(ProtoDifferenceType.ONEOF_FIELD_REMOVED, here);
        }
    }

    private void CompareNumber(string name, int number, ProtoMessage original, ProtoMessage update)
    {
        var before = original.AllFields.FirstOrDefault(field => field.Number == number);
        var after = update.AllFields.FirstOrDefault(field => field.Number == number);
        var path = $"#/{name}/{Text(number)}";
        if (before is null)
            Add(after!.IsRequired ? ProtoDifferenceType.REQUIRED_FIELD_ADDED : ProtoDifferenceType.FIELD_ADDED, path);
        else if (after is null)
            Add(before.IsRequired ? ProtoDifferenceType.REQUIRED_FIELD_REMOVED : ProtoDifferenceType.FIELD_REMOVED,
                path);
        else if (original.Fields.Contains(before))
            CompareFields(path, name, before, after);
    }

    private void CompareFields(string path, string scope, ProtoField original, ProtoField update)
    {
        if (original.Name != update.Name)
            Add(ProtoDifferenceType.FIELD_NAME_CHANGED, path);
        if (original.MapKey is not null != update.MapKey is not null)
        {
            Add(ProtoDifferenceType.FIELD_KIND_CHANGED, path);
            return;
        }
        if (original.MapKey is not null && ProtoScalars.GroupOf(original.MapKey)
            != ProtoScalars.GroupOf(update.MapKey!))
            Add(ProtoDifferenceType.FIELD_SCALAR_KIND_CHANGED, path);
        CompareFieldTypes(path, scope, original, update);
    }

    private void CompareFieldTypes(string path, string scope, ProtoField original, ProtoField update)
    {
        var before = _original.Resolve(original.Type, ProtoNames.Join(_original.File.Package, scope));
        var after = _update.Resolve(update.Type, ProtoNames.Join(_update.File.Package, scope));
        if (before?.Message is not null != after?.Message is not null)
            Add(ProtoDifferenceType.FIELD_KIND_CHANGED, path);
        else if (before?.Message is not null)
            CompareMessageTypes(path, before, after!);
        else if (Group(original, before) != Group(update, after))
            Add(ProtoDifferenceType.FIELD_SCALAR_KIND_CHANGED, path);
        else if (original.Label.Length > 0 && update.Label.Length > 0 && original.Label != update.Label)
            Add(Group(original, before) == ProtoScalars.GroupOf("string")
                ? ProtoDifferenceType.FIELD_STRING_OR_BYTES_LABEL_CHANGED
                : ProtoDifferenceType.FIELD_NUMERIC_LABEL_CHANGED, path);
    }

    // Messages of the file itself are compared where they are defined; imported ones only here.
    private void CompareMessageTypes(string path, ProtoType original, ProtoType update)
    {
        if (original.LocalName != update.LocalName)
        {
            Add(ProtoDifferenceType.FIELD_NAMED_TYPE_CHANGED, path);
            return;
        }
        if (original.File == _original.File && update.File == _update.File)
            return;
        var inside = new ProtobufCompatibility(
            new ProtoSchema(original.File, _original.Types), new ProtoSchema(update.File, _update.Types));
        foreach (var pair in _compared)
            inside._compared.Add(pair);
        inside.CompareMessages(original.LocalName, original.Message!, update.Message!);
        _compared.UnionWith(inside._compared);
        if (inside._found.Exists(one => !one.IsCompatible))
            Add(ProtoDifferenceType.FIELD_NAMED_TYPE_CHANGED, path);
    }

    private static string? Group(ProtoField field, ProtoType? type) =>
        type?.Enum is not null ? ProtoScalars.EnumGroup : ProtoScalars.GroupOf(field.Type);

    private void Add(ProtoDifferenceType type, string path) => _found.Add(new ProtoDifference(type, path));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
