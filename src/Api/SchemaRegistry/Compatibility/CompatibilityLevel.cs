namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>Which changes of a schema a subject allows, named as clients send them.</summary>
internal enum CompatibilityLevel
{
    NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE,
}
