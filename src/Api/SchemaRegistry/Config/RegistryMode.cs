namespace Platform.Api.SchemaRegistry.Config;

/// <summary>
/// What may be done with a subject, named as clients send it. READONLY_OVERRIDE is an old synonym of READONLY.
/// IMPORT takes schemas with the ids and versions that they had elsewhere.
/// </summary>
internal enum RegistryMode
{
    READWRITE, READONLY, READONLY_OVERRIDE, IMPORT, FORWARD,
}
