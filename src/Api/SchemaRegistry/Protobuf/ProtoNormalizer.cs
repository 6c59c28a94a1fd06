namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>
/// Brings files that mean the same to the same text: types by full name, fields by number, options and imports by
/// name, imports that nothing needs left out.
/// </summary>
internal sealed class ProtoNormalizer
{
    private readonly ProtoSchema _schema;
    private readonly HashSet<ProtoFile> _used = [];
    private readonly bool _keepExtensions;

    private ProtoNormalizer(ProtoSchema schema, bool keepExtensions)
    {
        _schema = schema;
        _keepExtensions = keepExtensions;
    }

    public static ProtoFile Normalize(ProtoSchema schema) => new ProtoNormalizer(schema, true).File();

    /// <summary>As <see cref="Normalize"/>, without extensions and custom options.</summary>
    public static ProtoFile WithoutExtensions(ProtoSchema schema) => new ProtoNormalizer(schema, false).File();

    private ProtoFile File()
    {
        var source = _schema.File;
        var file = new ProtoFile { Syntax = source.Syntax, Edition = source.Edition, Package = source.Package };
        file.Options.AddRange(Options(source.Options));
        file.Messages.AddRange(source.Messages.Select(message => Message(message, source.Package)));
        file.Enums.AddRange(source.Enums.Select(Enum));
        if (_keepExtensions)
            file.Extends.AddRange(source.Extends.Select(extend => Extend(extend, source.Package)));
        file.Services.AddRange(source.Services.Select(Service));
        var hasCustomOptions = HasCustomOptions(file);
        file.Imports.AddRange(source.Imports.Where(import => import.IsPublic || hasCustomOptions || IsUsed(import))
            .OrderBy(import => import.Path, StringComparer.Ordinal));
        return file;
    }

    // A public import of an import is used through it; which of several it was is not known, so all such stay.
    private bool IsUsed(ProtoImport import) => _used.Count > 0
        && (ProtoBuiltIns.Find(import.Path) is not { } builtIn || _used.Contains(builtIn));

    private static bool HasCustomOptions(ProtoFile file) =>
        ProtoWriter.Write(file).Contains("(", StringComparison.Ordinal);

    private ProtoMessage Message(ProtoMessage source, string scope)
    {
        var name = ProtoNames.Join(scope, source.Name);
        var message = new ProtoMessage(source.Name);
        message.Fields.AddRange(Fields(source.Fields, name));
        foreach (var oneof in source.Oneofs.OrderBy(one => one.Fields.Min(field => field.Number)))
        {
            var copy = new ProtoOneof(oneof.Name);
            copy.Fields.AddRange(Fields(oneof.Fields, name));
            copy.Options.AddRange(Options(oneof.Options));
            message.Oneofs.Add(copy);
        }
        message.Messages.AddRange(source.Messages.Select(nested => Message(nested, name)));
        message.Enums.AddRange(source.Enums.Select(Enum));
        message.Reserved.AddRange(source.Reserved);
        message.Options.AddRange(Options(source.Options));
        if (!_keepExtensions)
            return message;
        message.Extends.AddRange(source.Extends.Select(extend => Extend(extend, name)));
        message.Extensions.AddRange(source.Extensions);
        return message;
    }

    private IEnumerable<ProtoField> Fields(IEnumerable<ProtoField> source, string scope) =>
        source.OrderBy(field => field.Number).Select(field => new ProtoField
        {
            Label = field.Label,
            MapKey = field.MapKey,
            Name = field.Name,
            Number = field.Number,
            IsGroup = field.IsGroup,
            Options = Options(field.Options),
            Type = field.IsGroup ? field.Type : TypeName(field.Type, scope),
        });

    private string TypeName(string type, string scope)
    {
        if (ProtoScalars.IsScalar(type) || _schema.Resolve(type, scope) is not { } found)
            return type;
        if (found.File != _schema.File)
            _used.Add(found.File);
        return "." + found.FullName;
    }

    private ProtoEnum Enum(ProtoEnum source)
    {
        var symbols = new ProtoEnum(source.Name);
        symbols.Constants.AddRange(source.Constants.OrderBy(constant => constant.Number)
            .Select(constant => constant with { Options = Options(constant.Options) }));
        symbols.Reserved.AddRange(source.Reserved);
        symbols.Options.AddRange(Options(source.Options));
        return symbols;
    }

    private ProtoExtend Extend(ProtoExtend source, string scope)
    {
        var extend = new ProtoExtend(TypeName(source.Type, scope));
        extend.Fields.AddRange(Fields(source.Fields, scope));
        return extend;
    }

    private ProtoService Service(ProtoService source)
    {
        var service = new ProtoService(source.Name);
        service.Options.AddRange(Options(source.Options));
        service.Methods.AddRange(source.Methods.Select(method => new ProtoMethod
        {
            Name = method.Name,
            Request = TypeName(method.Request, _schema.File.Package),
            Response = TypeName(method.Response, _schema.File.Package),
            StreamsRequest = method.StreamsRequest,
            StreamsResponse = method.StreamsResponse,
            Options = Options(method.Options),
        }));
        return service;
    }

    private List<ProtoOption> Options(IEnumerable<ProtoOption> source) =>
        [.. source.Where(option => _keepExtensions || !option.Name.StartsWith('('))
            .OrderBy(option => option.Name, StringComparer.Ordinal)];
}
