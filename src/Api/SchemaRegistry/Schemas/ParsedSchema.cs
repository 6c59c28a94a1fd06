namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>A schema that was read and printed in its stored form.</summary>
internal sealed record ParsedSchema(
    ISchemaModel Model, string Text, IReadOnlyList<SchemaReference> References,
    SchemaMetadata? Metadata = null, RuleSet? Rules = null)
{
    /// <summary>Hash of the content, by which it is found.</summary>
    public Guid Guid => SchemaIdentity.Of(Text, References, Metadata, Rules);

    public string SchemaType => Model.SchemaType;
}
