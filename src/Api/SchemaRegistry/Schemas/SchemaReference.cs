using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>A schema of another subject whose types this one uses.</summary>
/// <param name="Name">Full name of the type, as the schema writes it.</param>
/// <param name="Subject">Where it is registered.</param>
/// <param name="Version">Which version of it; -1 is the latest.</param>
internal sealed record SchemaReference(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("version")] int Version);
