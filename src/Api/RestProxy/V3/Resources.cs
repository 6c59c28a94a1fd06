using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V3;

/// <summary>Where a resource is.</summary>
/// <param name="Self">Its address.</param>
/// <param name="ResourceName">Its name as a Confluent resource name (crn).</param>
internal sealed record ResourceMetadata(
    [property: JsonPropertyName("self")] string Self,
    [property: JsonPropertyName("resource_name")] string ResourceName);

/// <summary>Where a list is, and where its next page is; null when there is none.</summary>
internal sealed record ListMetadata(
    [property: JsonPropertyName("self")] string Self,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>The address of something related.</summary>
internal sealed record Relationship([property: JsonPropertyName("related")] string Related);

/// <summary>A list of resources, sorted by name or number.</summary>
internal sealed record ResourceList<T>(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ListMetadata Metadata,
    [property: JsonPropertyName("data")] IReadOnlyList<T> Data);
