using System.Globalization;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Json;
using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>Reads schemas together with what they refer to, which is looked up in the store.</summary>
internal sealed class SchemaParser(SchemaStore store)
{
    private readonly Dictionary<string, ISchemaLanguage> _languages = new(StringComparer.Ordinal)
    {
        [SchemaTypes.Avro] = new AvroLanguage(),
        [SchemaTypes.Json] = new JsonSchemaLanguage(),
        [SchemaTypes.Protobuf] = new ProtobufLanguage(),
    };

    private readonly ParsedSchemaCache _parsed = new();
    private readonly SchemaGuidCache _guids = new();

    /// <summary>Reads a schema that a client sent; it must be valid in every respect.</summary>
    /// <exception cref="Hosting.ProblemException">42201 with the reason, 42209 when it is too large.</exception>
    public ParsedSchema ParseNew(string? schemaType, string? text, IReadOnlyList<SchemaReference>? references,
        bool normalize = false, string context = "")
    {
        var type = SchemaTypes.OrDefault(schemaType);
        if (!_languages.ContainsKey(type))
            throw RegistryProblems.InvalidSchema(
                $"the schema type '{type}' is unknown; known are {string.Join(", ", SchemaTypes.Supported)}");
        if (string.IsNullOrWhiteSpace(text))
            throw RegistryProblems.InvalidSchema("the schema is empty");
        if (text.Length > SchemaLimits.MaxSchemaChars)
            throw RegistryProblems.SchemaTooLarge(text.Length);
        if (references?.Count > SchemaLimits.MaxReferences)
            throw RegistryProblems.InvalidSchema(Invariant(
                $"{references.Count} references; at most {SchemaLimits.MaxReferences} are allowed"));
        var sorted = normalize && references is not null
            ? [.. references.OrderBy(reference => reference.Name, StringComparer.Ordinal)] : references;
        return Parse(type, text, sorted ?? [], new ParseOptions(IsNew: true, normalize), context);
    }

    /// <summary>The hash of a new schema without references, when its text was read before; otherwise null.</summary>
    public Guid? KnownGuid(string type, string text, bool normalize) =>
        _guids.Find(type, text, new ParseOptions(IsNew: true, normalize));

    /// <summary>
    /// Reads a schema that was registered before; defaults that do not fit are let pass, as they were then.
    /// </summary>
    public ParsedSchema ParseStored(StoredSchema schema) =>
        Parse(schema.SchemaType, schema.Text, schema.References, default, SubjectNames.ContextOf(schema.Subject))
            with
        { Metadata = schema.Metadata, Rules = schema.Rules };

    /// <summary>The schema in another form of its language; as it is when the language knows no such form.</summary>
    public string Format(StoredSchema schema, string? format) => string.IsNullOrEmpty(format) ? schema.Text
        : _languages[schema.SchemaType].Print(ParseStored(schema).Model, format) ?? schema.Text;

    private ParsedSchema Parse(string type, string text, IReadOnlyList<SchemaReference> references,
        ParseOptions options, string context)
    {
        if (!_languages.TryGetValue(type, out var language))
            throw RegistryProblems.InvalidSchema($"schemas of the type {type} cannot be read here");
        // Every producer sends its schema at every start. Avro's trees do not change once they are read; those of the
        // other languages, and what a reference means, may.
        var isKept = type == SchemaTypes.Avro && references.Count == 0;
        if (isKept && _parsed.Find(text, options) is { } known)
            return known;
        try
        {
            var resolved = new List<ResolvedReference>();
            Collect(references, context, resolved, [], depth: 1);
            var read = language.Read(text, resolved, options);
            var parsed = new ParsedSchema(read.Model, read.Text, references);
            if (isKept)
                _parsed.Keep(text, options, parsed);
            if (options.IsNew && references.Count == 0)
                _guids.Keep(type, text, options, parsed.Guid);
            return parsed;
        }
        catch (SchemaParseException error)
        {
            throw RegistryProblems.InvalidSchema(error.Message);
        }
        catch (InvalidOperationException error) when (BrokenText.IsIn(error))
        {
            throw RegistryProblems.InvalidSchema(BrokenText.Problem().Message);
        }
    }

    // Depth first, so that a reference's own references are known before it is read; each version once.
    private void Collect(IReadOnlyList<SchemaReference> references, string context, List<ResolvedReference> into,
        HashSet<(string, string, int)> read, int depth)
    {
        if (depth > SchemaLimits.MaxReferenceDepth)
            throw RegistryProblems.InvalidSchema(Invariant(
                $"references are nested deeper than {SchemaLimits.MaxReferenceDepth}"));
        foreach (var reference in references)
        {
            var schema = Resolve(reference, context);
            if (!read.Add((reference.Name ?? "", schema.Subject, schema.Version)))
                continue;
            Collect(schema.References, SubjectNames.ContextOf(schema.Subject), into, read, depth + 1);
            if (schema.SchemaType != SchemaTypes.Avro || into.TrueForAll(one => one.Schema != schema))
                into.Add(new ResolvedReference(reference.Name ?? "", schema));
        }
    }

    // A reference names a subject of its own context, unless it says another one.
    private StoredSchema Resolve(SchemaReference reference, string context)
    {
        var subject = SubjectNames.Qualify(context, reference.Subject ?? "");
        var found = reference.Version == -1
            ? store.Versions(subject, Visibility.Live).LastOrDefault()
            : store.Find(subject, reference.Version);
        return found ?? throw RegistryProblems.InvalidSchema(Invariant(
            $"no schema reference found for subject \"{reference.Subject}\" and version {reference.Version}"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
