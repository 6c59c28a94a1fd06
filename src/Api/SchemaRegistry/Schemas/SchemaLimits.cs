namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>Bounds of what one schema may ask for.</summary>
internal static class SchemaLimits
{
    /// <summary>
    /// Characters of one schema; a record of the schemas topic must stay under the usual max.message.bytes.
    /// </summary>
    public const int MaxSchemaChars = 900_000;

    /// <summary>References of one schema.</summary>
    public const int MaxReferences = 1_000;

    /// <summary>References of references of references.</summary>
    public const int MaxReferenceDepth = 32;

    /// <summary>Items in one answer that lists.</summary>
    public const int MaxListed = 1_000;
}
