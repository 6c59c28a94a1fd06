using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V3.Acls;

/// <summary>Where a rule is: the list, with filters that only this rule passes.</summary>
internal sealed record AclMetadata([property: JsonPropertyName("self")] string Self);

/// <summary>An access rule.</summary>
internal sealed record KafkaAclResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] AclMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("resource_type")] string ResourceType,
    [property: JsonPropertyName("resource_name")] string ResourceName,
    [property: JsonPropertyName("pattern_type")] string PatternType,
    [property: JsonPropertyName("principal")] string Principal,
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("operation")] string Operation,
    [property: JsonPropertyName("permission")] string Permission);

/// <summary>A rule to add.</summary>
internal sealed record CreateAclRequest(
    [property: JsonPropertyName("resource_type")] string ResourceType,
    [property: JsonPropertyName("resource_name")] string ResourceName,
    [property: JsonPropertyName("pattern_type")] string PatternType,
    [property: JsonPropertyName("principal")] string Principal,
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("operation")] string Operation,
    [property: JsonPropertyName("permission")] string Permission);

/// <summary>Rules to add.</summary>
internal sealed record BatchCreateAclRequest([property: JsonPropertyName("data")] IReadOnlyList<CreateAclRequest> Data);

/// <summary>Rules that were deleted.</summary>
internal sealed record DeletedAcls([property: JsonPropertyName("data")] IReadOnlyList<KafkaAclResource> Data);
