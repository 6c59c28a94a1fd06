namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>A reference and the schema that it names, in the order in which they must be read.</summary>
/// <param name="Name">Under which name the referring schema knows it.</param>
/// <param name="Schema">The version that was found.</param>
internal sealed record ResolvedReference(string Name, StoredSchema Schema);
