namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>How strictly JSON schemas are compared, named as clients send it.</summary>
internal enum CompatibilityPolicy
{
    /// <summary>A property may only be added where the old schema let nothing stand in its place.</summary>
    STRICT,

    /// <summary>Properties are assumed not to have been written before the schema named them.</summary>
    LENIENT,

    /// <summary>Stored and returned for others; compared as STRICT.</summary>
    LOGICAL,
}
