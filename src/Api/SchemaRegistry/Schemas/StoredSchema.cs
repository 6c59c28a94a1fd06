namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>One version of a subject.</summary>
/// <param name="Subject">Subject that it belongs to.</param>
/// <param name="Version">Number within the subject, from 1.</param>
/// <param name="Id">Number of the content; the same content has the same id in every subject.</param>
/// <param name="Guid">Hash of the content.</param>
/// <param name="SchemaType">One of <see cref="SchemaTypes"/>, or another that a different registry wrote.</param>
/// <param name="Text">The schema in its stored form.</param>
/// <param name="References">What it refers to.</param>
/// <param name="Deleted">Softly deleted: hidden, but still there for readers of old data.</param>
/// <param name="TimestampMs">When it was registered, in ms since 1970.</param>
internal sealed record StoredSchema(
    string Subject,
    int Version,
    int Id,
    Guid Guid,
    string SchemaType,
    string Text,
    IReadOnlyList<SchemaReference> References,
    bool Deleted,
    long TimestampMs)
{
    public SchemaMetadata? Metadata { get; init; }

    public RuleSet? Rules { get; init; }
}
