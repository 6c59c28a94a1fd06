using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>Protobuf: .proto text or, as some clients send it, a FileDescriptorProto in base64.</summary>
internal sealed class ProtobufLanguage : ISchemaLanguage
{
    private const string Serialized = "serialized";
    private const string IgnoreExtensions = "ignore_extensions";

    public ReadSchema Read(string text, IReadOnlyList<ResolvedReference> references, ParseOptions options)
    {
        var file = ReadFile(text);
        var imports = new Dictionary<string, ProtoFile>(StringComparer.Ordinal);
        foreach (var reference in references)
            imports.TryAdd(reference.Name, ReadFile(reference.Schema.Text));
        var schema = ProtoResolver.Resolve(file, imports, options.IsNew);
        if (options.Normalize)
            schema = ProtoResolver.Resolve(ProtoNormalizer.Normalize(schema), imports, validate: false);
        return new ReadSchema(schema, ProtoWriter.Write(schema.File));
    }

    public string? Print(ISchemaModel model, string format)
    {
        var schema = (ProtoSchema)model;
        return format switch
        {
            Serialized => Convert.ToBase64String(DescriptorWriter.Write(schema)),
            IgnoreExtensions => ProtoWriter.Write(ProtoNormalizer.WithoutExtensions(schema)),
            _ => null,
        };
    }

    // The text form holds spaces and semicolons, which base64 does not.
    private static ProtoFile ReadFile(string text)
    {
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length)
            ? DescriptorReader.Read(buffer.AsSpan(0, length)) : ProtoParser.Parse(text);
    }
}
