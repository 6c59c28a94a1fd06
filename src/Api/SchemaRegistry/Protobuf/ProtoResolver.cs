using System.Globalization;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>
/// Collects the types of a file and of what it imports, and checks that every name means one and every number is given
/// once.
/// </summary>
internal sealed class ProtoResolver
{
    private const int MaxFieldNumber = 536_870_911;
    private const int FirstReservedNumber = 19_000;
    private const int LastReservedNumber = 19_999;

    private readonly Dictionary<string, ProtoType> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <param name="file">The schema.</param>
    /// <param name="imports">Files by the path under which they are imported.</param>
    /// <param name="validate">False reads what was stored as it is.</param>
    /// <exception cref="SchemaParseException">An import or a type is missing, or a name or number is taken.</exception>
    public static ProtoSchema Resolve(ProtoFile file, IReadOnlyDictionary<string, ProtoFile> imports, bool validate)
    {
        var resolver = new ProtoResolver();
        resolver.AddImports(file, imports);
        resolver.AddTypes(file);
        if (validate)
            resolver.Check(file);
        return new ProtoSchema(file, resolver._types);
    }

    private void AddImports(ProtoFile file, IReadOnlyDictionary<string, ProtoFile> imports)
    {
        foreach (var import in file.Imports)
        {
            if (!_read.Add(import.Path))
                continue;
            var imported = imports.GetValueOrDefault(import.Path) ?? ProtoBuiltIns.Find(import.Path)
                ?? throw new SchemaParseException($"the import \"{import.Path}\" is unknown: it is none of the files "
                    + "that every registry has, and no reference carries this name");
            AddImports(imported, imports);
            AddTypes(imported);
        }
    }

    private void AddTypes(ProtoFile file)
    {
        foreach (var message in file.Messages)
            AddMessage(message, file.Package, file);
        foreach (var symbols in file.Enums)
            Add(new ProtoType(ProtoNames.Join(file.Package, symbols.Name), file.Package, null, symbols, file));
    }

    private void AddMessage(ProtoMessage message, string scope, ProtoFile file)
    {
        var name = ProtoNames.Join(scope, message.Name);
        Add(new ProtoType(name, file.Package, message, null, file));
        foreach (var nested in message.Messages)
            AddMessage(nested, name, file);
        foreach (var symbols in message.Enums)
            Add(new ProtoType(ProtoNames.Join(name, symbols.Name), file.Package, null, symbols, file));
    }

    private void Add(ProtoType type)
    {
        if (!_types.TryAdd(type.FullName, type) && _types[type.FullName].File == type.File)
            throw new SchemaParseException($"\"{type.FullName}\" is defined twice");
    }

    private void Check(ProtoFile file)
    {
        foreach (var message in file.Messages)
            CheckMessage(message, file.Package, file);
        foreach (var symbols in file.Enums)
            CheckEnum(symbols, file);
        foreach (var extend in file.Extends)
            CheckExtend(extend, file.Package);
        foreach (var method in file.Services.SelectMany(service => service.Methods))
        {
            CheckMessageType(method.Request, file.Package, $"method {method.Name}");
            CheckMessageType(method.Response, file.Package, $"method {method.Name}");
        }
    }

    private void CheckMessage(ProtoMessage message, string scope, ProtoFile file)
    {
        var name = ProtoNames.Join(scope, message.Name);
        var numbers = new Dictionary<int, string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in message.AllFields)
        {
            var place = $"field {name}.{field.Name}";
            CheckNumber(field, message, place);
            if (!numbers.TryAdd(field.Number, field.Name))
                throw Fail($"{place}: the number {field.Number} is already taken by \"{numbers[field.Number]}\"");
            if (!names.Add(field.Name))
                throw Fail($"{place}: the name is given twice");
            if (file.IsProto3 && field.IsRequired)
                throw Fail($"{place}: required fields are not allowed in proto3");
            if (file.IsProto3 && field.IsGroup)
                throw Fail($"{place}: groups are not allowed in proto3");
            CheckFieldType(field, name, place);
        }
        foreach (var oneof in message.Oneofs)
            CheckOneof(oneof, name);
        message.Messages.ForEach(nested => CheckMessage(nested, name, file));
        message.Enums.ForEach(symbols => CheckEnum(symbols, file));
        message.Extends.ForEach(extend => CheckExtend(extend, name));
    }

    private static void CheckOneof(ProtoOneof oneof, string scope)
    {
        if (oneof.Fields.Count == 0)
            throw Fail($"oneof {scope}.{oneof.Name}: it must have a field");
        if (oneof.Fields.Find(field => field.Label.Length > 0 || field.MapKey is not null) is { } labelled)
            throw Fail($"field {scope}.{labelled.Name}: a member of a oneof may have no label and be no map");
    }

    private static void CheckNumber(ProtoField field, ProtoMessage message, string place)
    {
        if (field.Number is < 1 or > MaxFieldNumber or (>= FirstReservedNumber and <= LastReservedNumber))
            throw Fail($"{place}: {field.Number} cannot be the number of a field");
        foreach (var reserved in message.Reserved)
        {
            if (reserved.Names.Contains(field.Name))
                throw Fail($"{place}: the name is reserved");
            if (reserved.Ranges.Any(range => field.Number >= range.From && field.Number <= range.To))
                throw Fail($"{place}: the number {field.Number} is reserved");
        }
    }

    private void CheckFieldType(ProtoField field, string scope, string place)
    {
        if (field.MapKey is { } key && !ProtoScalars.MayBeKey(key))
            throw Fail($"{place}: {key} cannot be the key of a map");
        if (!ProtoScalars.IsScalar(field.Type) && ProtoNames.Resolve(_types, field.Type, scope) is null)
            throw Fail($"{place}: the type \"{field.Type}\" is not defined, here or in an import");
    }

    private void CheckMessageType(string type, string scope, string place)
    {
        if (ProtoNames.Resolve(_types, type, scope)?.Message is null)
            throw Fail($"{place}: \"{type}\" is no message, here or in an import");
    }

    private void CheckExtend(ProtoExtend extend, string scope)
    {
        CheckMessageType(extend.Type, scope, $"extend {extend.Type}");
        foreach (var field in extend.Fields)
            CheckFieldType(field, scope, $"extension {field.Name}");
    }

    private static void CheckEnum(ProtoEnum symbols, ProtoFile file)
    {
        if (symbols.Constants.Count == 0)
            throw Fail($"enum {symbols.Name}: it must have a constant");
        if (file.IsProto3 && symbols.Constants[0].Number != 0)
            throw Fail($"enum {symbols.Name}: the first constant must be 0 in proto3");
        var allowsAlias = symbols.Options.Exists(
            option => option is { Name: "allow_alias", Value: ProtoValue.Word { Value: "true" } });
        var numbers = new HashSet<int>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var constant in symbols.Constants)
        {
            if (!names.Add(constant.Name))
                throw Fail($"enum {symbols.Name}: \"{constant.Name}\" is given twice");
            if (!numbers.Add(constant.Number) && !allowsAlias)
                throw Fail($"enum {symbols.Name}: {constant.Number} is given twice without allow_alias");
        }
    }

    private static SchemaParseException Fail(FormattableString reason) =>
        new(reason.ToString(CultureInfo.InvariantCulture));
}
