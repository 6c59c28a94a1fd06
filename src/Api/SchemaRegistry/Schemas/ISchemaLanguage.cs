namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>How a schema is to be read.</summary>
/// <param name="IsNew">A client sent it: everything is checked. What was stored is read as it is.</param>
/// <param name="Normalize">Print it so that schemas that mean the same have the same text.</param>
internal readonly record struct ParseOptions(bool IsNew, bool Normalize);

/// <summary>What reading a schema gave: its model, and the text that is stored and hashed.</summary>
internal readonly record struct ReadSchema(ISchemaModel Model, string Text);

/// <summary>A schema language: reads and prints schemas of one type.</summary>
internal interface ISchemaLanguage
{
    /// <summary>Reads a schema whose references come with it, the referred before the referring.</summary>
    /// <exception cref="SchemaParseException">It is not a schema, or one that nobody could use.</exception>
    ReadSchema Read(string text, IReadOnlyList<ResolvedReference> references, ParseOptions options);

    /// <summary>
    /// The schema printed in another form of the language, or null when it knows no form of this name.
    /// </summary>
    string? Print(ISchemaModel model, string format);
}
