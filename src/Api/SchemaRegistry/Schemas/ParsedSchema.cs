using Platform.Api.SchemaRegistry.Avro;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>A schema that was read and printed in its stored form.</summary>
internal sealed record ParsedSchema(AvroSchema Avro, string Text, IReadOnlyList<SchemaReference> References)
{
    /// <summary>Hash of the content, by which it is found.</summary>
    public Guid Guid { get; } = SchemaIdentity.Of(Text, References);
}
