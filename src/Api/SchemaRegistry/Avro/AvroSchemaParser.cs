using System.Text.Json;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>
/// Reads Avro schemas as the specification and Avro's Java library do: names are resolved against the enclosing
/// namespace, attributes that it does not know are kept. One parser reads the references of a schema first and then
/// the schema itself, so that it knows the names that they define.
/// </summary>
internal sealed class AvroSchemaParser
{
    /// <summary>How deep JSON may nest; a record in a record costs four levels.</summary>
    public const int MaxJsonDepth = 512;

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = MaxJsonDepth,
        AllowDuplicateProperties = false,
    };

    private readonly Dictionary<string, NamedSchema> _names = new(StringComparer.Ordinal);
    private readonly AvroPath _path = new();
    private readonly bool _validateDefaults;

    /// <param name="validateDefaults">True for a new schema: its defaults must fit their types. Old ones are read as
    /// they are.</param>
    public AvroSchemaParser(bool validateDefaults) => _validateDefaults = validateDefaults;

    /// <summary>The names known so far, from references and from the schema itself.</summary>
    public IReadOnlyDictionary<string, NamedSchema> Names => _names;

    /// <summary>Reads one schema. Throws <see cref="AvroParseException"/> when it is not one.</summary>
    public AvroSchema Parse(string text)
    {
        // A bare name such as  string  is what some clients send for "string"; Avro's own parser takes it too.
        if (AvroTypes.Primitives.TryGetValue(text.Trim(), out var primitive))
            return new PrimitiveSchema(primitive, []);
        try
        {
            return Read(JsonElement.Parse(text, Strict), space: "");
        }
        catch (JsonException error)
        {
            throw new AvroParseException("", $"not JSON: {error.Message}");
        }
    }

    private AvroSchema Read(JsonElement json, string space) => json.ValueKind switch
    {
        JsonValueKind.String => Named(json.GetString()!, space),
        JsonValueKind.Array => ReadUnion(json, space),
        JsonValueKind.Object => ReadObject(json, space),
        _ => throw Fail($"a schema is a name, an object or an array, not {json.ValueKind}"),
    };

    private AvroSchema Named(string name, string space)
    {
        if (AvroTypes.Primitives.TryGetValue(name, out var primitive))
            return new PrimitiveSchema(primitive, []);
        if (_names.TryGetValue(AvroName.Resolve(name, space).FullName, out var known)
            || _names.TryGetValue(name, out known))
            return known;
        throw Fail($"undefined name '{name}': it is neither a primitive type nor defined before this point, "
            + "here or in the references");
    }

    private AvroSchema ReadObject(JsonElement json, string space)
    {
        var type = RequiredText(json, "type");
        if (AvroTypes.Primitives.TryGetValue(type, out var primitive))
            return new PrimitiveSchema(primitive, Custom(json));
        switch (type)
        {
            case "record" or "error":
                return ReadRecord(json, type == "error", space);
            case "enum":
                return ReadEnum(json, space);
            case "fixed":
                return ReadFixed(json, space);
            case "array":
                return new ArraySchema(ReadMember(json, "items", space), Custom(json));
            case "map":
                return new MapSchema(ReadMember(json, "values", space), Custom(json));
            default:
                return Named(type, space);
        }
    }

    private UnionSchema ReadUnion(JsonElement json, string space)
    {
        var branches = new List<AvroSchema>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in json.EnumerateArray())
        {
            using var _ = _path.Enter(branches.Count);
            var branch = Read(item, space);
            if (branch.Type == AvroType.Union)
                throw Fail("a union may not hold another union directly");
            var name = branch is NamedSchema named ? named.Name.FullName : AvroTypes.NameOf(branch.Type);
            if (!seen.Add(name))
                throw Fail($"the union holds '{name}' twice");
            branches.Add(branch);
        }
        return new UnionSchema(branches);
    }

    private RecordSchema ReadRecord(JsonElement json, bool isError, string space)
    {
        var record = new RecordSchema(ReadHead(json, space, AvroTypes.ReservedInSchemas), isError);
        Define(record);
        if (!json.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Array)
            throw Fail($"record '{record.Name.FullName}' has no array \"fields\"");
        var read = new List<AvroField>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields.EnumerateArray())
        {
            using var _ = _path.Enter("fields", read.Count);
            var one = ReadField(field, record.Name.Namespace);
            if (!seen.Add(one.Name))
                throw Fail($"record '{record.Name.FullName}' has two fields '{one.Name}'");
            read.Add(one);
        }
        record.Fields = read;
        return record;
    }

    private AvroField ReadField(JsonElement json, string space)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw Fail($"a field is an object, not {json.ValueKind}");
        var name = Legal(RequiredText(json, "name"));
        var schema = ReadMember(json, "type", space);
        JsonElement? fallback = json.TryGetProperty("default", out var given) ? given : null;
        if (fallback is { } value && _validateDefaults && AvroDefaults.Mismatch(schema, value) is { } mismatch)
            throw Fail($"invalid default for field '{name}': {mismatch}");
        var order = OptionalText(json, "order") ?? AvroField.Ascending;
        if (order is not (AvroField.Ascending or "descending" or "ignore"))
            throw Fail($"field '{name}' has order '{order}'; allowed are ascending, descending, ignore");
        return new AvroField(name, schema, OptionalText(json, "doc"), fallback, order,
            AvroAttributes.Texts(json, "aliases"), AvroAttributes.Custom(json, AvroTypes.ReservedInFields));
    }

    private EnumSchema ReadEnum(JsonElement json, string space)
    {
        var head = ReadHead(json, space, AvroTypes.ReservedInEnums);
        if (!json.TryGetProperty("symbols", out var list) || list.ValueKind != JsonValueKind.Array)
            throw Fail($"enum '{head.Name.FullName}' has no array \"symbols\"");
        var symbols = AvroAttributes.Texts(json, "symbols");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var symbol in symbols)
        {
            if (!seen.Add(Legal(symbol)))
                throw Fail($"enum '{head.Name.FullName}' has symbol '{symbol}' twice");
        }
        var fallback = OptionalText(json, "default");
        if (fallback is not null && !seen.Contains(fallback))
            throw Fail($"the default '{fallback}' of enum '{head.Name.FullName}' is none of its symbols");
        return Define(new EnumSchema(head, symbols, fallback));
    }

    private FixedSchema ReadFixed(JsonElement json, string space)
    {
        var head = ReadHead(json, space, AvroTypes.ReservedInSchemas);
        if (!json.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number
            || !size.TryGetInt32(out var bytes) || bytes < 0)
            throw Fail($"fixed '{head.Name.FullName}' needs \"size\", a number of bytes of 0 or more");
        return Define(new FixedSchema(head, bytes));
    }

    private NamedSchemaHead ReadHead(JsonElement json, string space, IReadOnlySet<string> reserved)
    {
        var text = RequiredText(json, "name");
        var name = AvroName.Resolve(text, OptionalText(json, "namespace") ?? space);
        Legal(name.Name);
        if (!AvroName.IsLegalNamespace(name.Namespace))
            throw Fail($"'{name.Namespace}' is not a legal namespace");
        if (AvroTypes.Primitives.ContainsKey(name.FullName))
            throw Fail($"'{name.FullName}' is a primitive type and cannot be defined again");
        var aliases = AvroAttributes.Texts(json, "aliases").Select(alias => AvroName.Resolve(alias, name.Namespace));
        return new NamedSchemaHead(name, OptionalText(json, "doc"), [.. aliases], AvroAttributes.Custom(json,
            reserved));
    }

    private T Define<T>(T schema) where T : NamedSchema =>
        _names.TryAdd(schema.Name.FullName, schema) ? schema : throw Fail($"'{schema.Name.FullName}' is defined twice");

    private static IReadOnlyList<AvroProperty> Custom(JsonElement json) =>
        AvroAttributes.Custom(json, AvroTypes.ReservedInSchemas);

    private AvroSchema ReadMember(JsonElement json, string member, string space)
    {
        if (!json.TryGetProperty(member, out var value))
            throw Fail($"\"{member}\" is missing");
        using var _ = _path.Enter(member);
        return Read(value, space);
    }

    private string RequiredText(JsonElement json, string member) =>
        OptionalText(json, member) ?? throw Fail($"\"{member}\" is missing or not a string");

    private static string? OptionalText(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()
            : null;

    private string Legal(string name) => AvroName.IsLegal(name) ? name
        : throw Fail($"'{name}' is not a legal name: letters, digits and _ only, and no digit first");

    private AvroParseException Fail(string reason) => new(_path.ToString(), reason);
}
