using System.Globalization;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>Reads schemas together with what they refer to, which is looked up in the store.</summary>
internal sealed class SchemaParser(SchemaStore store)
{
    /// <summary>Reads a schema that a client sent; it must be valid in every respect.</summary>
    /// <exception cref="Hosting.ProblemException">42201 with the reason, 42209 when it is too large.</exception>
    public ParsedSchema ParseNew(string? schemaType, string? text, IReadOnlyList<SchemaReference>? references)
    {
        var type = SchemaTypes.OrDefault(schemaType);
        if (!SchemaTypes.Supported.Contains(type))
            throw RegistryProblems.InvalidSchema($"the schema type '{type}' is not supported yet; supported is AVRO");
        if (string.IsNullOrWhiteSpace(text))
            throw RegistryProblems.InvalidSchema("the schema is empty");
        if (text.Length > SchemaLimits.MaxSchemaChars)
            throw RegistryProblems.SchemaTooLarge(text.Length);
        if (references?.Count > SchemaLimits.MaxReferences)
            throw RegistryProblems.InvalidSchema(Invariant(
                $"{references.Count} references; at most {SchemaLimits.MaxReferences} are allowed"));
        return Parse(text, references ?? [], isNew: true);
    }

    /// <summary>
    /// Reads a schema that was registered before; defaults that do not fit are let pass, as they were then.
    /// </summary>
    public ParsedSchema ParseStored(StoredSchema schema) => schema.SchemaType == SchemaTypes.Avro
        ? Parse(schema.Text, schema.References, isNew: false)
        : throw RegistryProblems.InvalidSchema(Invariant(
            $"version {schema.Version} of '{schema.Subject}' is of type {schema.SchemaType}, not supported yet"));

    private ParsedSchema Parse(string text, IReadOnlyList<SchemaReference> references, bool isNew)
    {
        try
        {
            var parser = new AvroSchemaParser(validateDefaults: isNew);
            ReadReferences(references, parser, [], depth: 1);
            string[] referenced = [.. parser.Names.Keys];
            var avro = parser.Parse(text);
            return new ParsedSchema(avro, AvroSchemaWriter.Write(avro, referenced), references);
        }
        catch (AvroParseException error)
        {
            throw RegistryProblems.InvalidSchema(error.Message);
        }
    }

    // Depth first, so that a reference's own references are known before it is read; each version once.
    private void ReadReferences(
        IReadOnlyList<SchemaReference> references, AvroSchemaParser parser, HashSet<(string, int)> read, int depth)
    {
        if (depth > SchemaLimits.MaxReferenceDepth)
            throw RegistryProblems.InvalidSchema(Invariant(
                $"references are nested deeper than {SchemaLimits.MaxReferenceDepth}"));
        foreach (var reference in references)
        {
            var schema = Resolve(reference);
            if (!read.Add((schema.Subject, schema.Version)))
                continue;
            ReadReferences(schema.References, parser, read, depth + 1);
            parser.Parse(schema.Text);
        }
    }

    private StoredSchema Resolve(SchemaReference reference)
    {
        var found = reference.Version == -1
            ? store.Versions(reference.Subject ?? "", Visibility.Live).LastOrDefault()
            : store.Find(reference.Subject ?? "", reference.Version);
        return found ?? throw RegistryProblems.InvalidSchema(Invariant(
            $"no schema reference found for subject \"{reference.Subject}\" and version {reference.Version}"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
