using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>An Avro schema with the named types that it defines or refers to.</summary>
internal sealed class AvroModel(AvroSchema root, IReadOnlyDictionary<string, NamedSchema> names) : ISchemaModel
{
    public string SchemaType => SchemaTypes.Avro;

    public AvroSchema Root { get; } = root;

    public IReadOnlyDictionary<string, NamedSchema> Names { get; } = names;

    public IReadOnlyList<IIncompatibility> ProblemsReading(ISchemaModel writer, CompatibilityPolicy policy) =>
        [.. AvroCompatibility.Check(reader: Root, ((AvroModel)writer).Root).Cast<IIncompatibility>()];
}

/// <summary>Avro, printed as Avro's Java library does.</summary>
internal sealed class AvroLanguage : ISchemaLanguage
{
    private const string Resolved = "resolved";

    public ReadSchema Read(string text, IReadOnlyList<ResolvedReference> references, ParseOptions options)
    {
        var parser = new AvroSchemaParser(validateDefaults: options.IsNew);
        foreach (var reference in references)
            parser.Parse(reference.Schema.Text);
        string[] referenced = [.. parser.Names.Keys];
        var root = parser.Parse(text);
        return new ReadSchema(new AvroModel(root, parser.Names),
            AvroSchemaWriter.Write(root, referenced, options.Normalize));
    }

    public string? Print(ISchemaModel model, string format) =>
        format == Resolved ? AvroSchemaWriter.Write(((AvroModel)model).Root, []) : null;
}
