using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry;

/// <summary>Version of the software.</summary>
internal sealed record RegistryVersion(
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("commitId")] string CommitId);

/// <summary>Identity of the registry's cluster.</summary>
internal sealed record RegistryClusterId(
    [property: JsonPropertyName("scope")] RegistryScope Scope,
    [property: JsonPropertyName("id")] string Id);

/// <summary>Names of the clusters that the registry belongs to.</summary>
internal sealed record RegistryScope(
    [property: JsonPropertyName("path")] IReadOnlyList<string> Path,
    [property: JsonPropertyName("clusters")] IReadOnlyDictionary<string, string> Clusters);

/// <summary>How the server is deployed.</summary>
internal sealed record DeploymentAttributes(
    [property: JsonPropertyName("attributes")] IReadOnlyList<string> Attributes);
