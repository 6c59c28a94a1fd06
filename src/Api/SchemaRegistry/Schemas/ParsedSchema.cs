namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>A schema that was read and printed in its stored form.</summary>
internal sealed record ParsedSchema(
    ISchemaModel Model, string Text, IReadOnlyList<SchemaReference> References,
    SchemaMetadata? Metadata = null, RuleSet? Rules = null)
{
    // Boxed, so that it is there as a whole or not at all: schemas that are kept are read on any thread.
    private object? _guid;

    // What "with" makes has other content and so another hash.
    private ParsedSchema(ParsedSchema other) => (Model, Text, References, Metadata, Rules) =
        (other.Model, other.Text, other.References, other.Metadata, other.Rules);

    /// <summary>Hash of the content, by which it is found.</summary>
    public Guid Guid => (Guid)(_guid ??= SchemaIdentity.Of(Text, References, Metadata, Rules));

    public string SchemaType => Model.SchemaType;
}
