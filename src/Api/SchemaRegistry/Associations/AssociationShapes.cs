using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>A subject that is bound to a resource, such as the values of a topic.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Guid">Identity of the association.</param>
/// <param name="ResourceName">Name of the resource: the topic.</param>
/// <param name="ResourceNamespace">Where the name is unique: the Kafka cluster.</param>
/// <param name="ResourceId">Identity of the resource, which a new one of the same name does not have.</param>
/// <param name="ResourceType">topic.</param>
/// <param name="AssociationType">key or value.</param>
/// <param name="Lifecycle">STRONG: the subject goes with the resource, and belongs to no other; or WEAK.</param>
/// <param name="Frozen">It cannot be changed until it is unfrozen.</param>
internal sealed record Association(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("guid")] string Guid,
    [property: JsonPropertyName("resourceName")] string ResourceName,
    [property: JsonPropertyName("resourceNamespace")] string ResourceNamespace,
    [property: JsonPropertyName("resourceId")] string ResourceId,
    [property: JsonPropertyName("resourceType")] string ResourceType,
    [property: JsonPropertyName("associationType")] string AssociationType,
    [property: JsonPropertyName("lifecycle")] string Lifecycle,
    [property: JsonPropertyName("frozen")] bool Frozen)
{
    public const string Strong = "STRONG";
    public const string Weak = "WEAK";
}

/// <summary>Associations of one resource to make or to change.</summary>
internal sealed record AssociationRequest(
    [property: JsonPropertyName("resourceName")] string? ResourceName,
    [property: JsonPropertyName("resourceNamespace")] string? ResourceNamespace,
    [property: JsonPropertyName("resourceId")] string? ResourceId,
    [property: JsonPropertyName("resourceType")] string? ResourceType,
    [property: JsonPropertyName("associations")] IReadOnlyList<AssociationInfo>? Associations);

/// <summary>One of them; with a schema, which is registered in the subject.</summary>
internal sealed record AssociationInfo(
    [property: JsonPropertyName("subject")] string? Subject,
    [property: JsonPropertyName("associationType")] string? AssociationType = null,
    [property: JsonPropertyName("lifecycle")] string? Lifecycle = null,
    [property: JsonPropertyName("frozen")] bool? Frozen = null,
    [property: JsonPropertyName("schema")] RegisterSchemaRequest? Schema = null,
    [property: JsonPropertyName("normalize")] bool? Normalize = null);

/// <summary>Operations on the associations of many resources; each resource has an outcome of its own.</summary>
internal sealed record AssociationBatchRequest(
    [property: JsonPropertyName("requests")] IReadOnlyList<AssociationOpRequest>? Requests);

/// <summary>Operations on the associations of one resource: all are done, or none.</summary>
internal sealed record AssociationOpRequest(
    [property: JsonPropertyName("resourceName")] string? ResourceName,
    [property: JsonPropertyName("resourceNamespace")] string? ResourceNamespace,
    [property: JsonPropertyName("resourceId")] string? ResourceId,
    [property: JsonPropertyName("resourceType")] string? ResourceType,
    [property: JsonPropertyName("associations")] IReadOnlyList<AssociationOp>? Associations);

/// <summary>One operation.</summary>
/// <param name="OpType">CREATE, UPSERT or DELETE.</param>
/// <param name="Subject">The subject; when absent :.namespace:name-type of the resource.</param>
/// <param name="AssociationType">key or value; value when absent.</param>
/// <param name="Lifecycle">STRONG or WEAK.</param>
/// <param name="Frozen">It cannot be changed until it is unfrozen.</param>
/// <param name="Schema">A schema to register in the subject.</param>
/// <param name="Normalize">Normalize that schema.</param>
/// <param name="CascadeLifecycle">DELETE: a subject that is bound strongly goes as well.</param>
internal sealed record AssociationOp(
    [property: JsonPropertyName("opType")] string? OpType,
    [property: JsonPropertyName("subject")] string? Subject = null,
    [property: JsonPropertyName("associationType")] string? AssociationType = null,
    [property: JsonPropertyName("lifecycle")] string? Lifecycle = null,
    [property: JsonPropertyName("frozen")] bool? Frozen = null,
    [property: JsonPropertyName("schema")] RegisterSchemaRequest? Schema = null,
    [property: JsonPropertyName("normalize")] bool? Normalize = null,
    [property: JsonPropertyName("cascadeLifecycle")] bool? CascadeLifecycle = null)
{
    public const string Create = "CREATE";
    public const string Upsert = "UPSERT";
    public const string Delete = "DELETE";
}

/// <summary>Resources whose associations are asked for.</summary>
internal sealed record AssociationBatchGetRequest(
    [property: JsonPropertyName("requests")] IReadOnlyList<AssociationGetRequest>? Requests);

/// <summary>A resource by its id, or by namespace and name; the rest narrows down what is shown.</summary>
internal sealed record AssociationGetRequest(
    [property: JsonPropertyName("resourceName")] string? ResourceName,
    [property: JsonPropertyName("resourceNamespace")] string? ResourceNamespace,
    [property: JsonPropertyName("resourceId")] string? ResourceId,
    [property: JsonPropertyName("resourceType")] string? ResourceType = null,
    [property: JsonPropertyName("associationTypes")] IReadOnlyList<string>? AssociationTypes = null,
    [property: JsonPropertyName("lifecycle")] string? Lifecycle = null);

/// <summary>What became of each request of a batch, in its order.</summary>
internal sealed record AssociationBatchResponse(
    [property: JsonPropertyName("results")] IReadOnlyList<AssociationOutcome> Results);

/// <summary>Either an error or a result.</summary>
internal sealed record AssociationOutcome(
    [property: JsonPropertyName("error")] ErrorResponse? Error,
    [property: JsonPropertyName("result")] AssociationResponse? Result);

/// <summary>The associations that a request has left.</summary>
internal sealed record AssociationResponse(
    [property: JsonPropertyName("resourceName")] string? ResourceName,
    [property: JsonPropertyName("resourceNamespace")] string? ResourceNamespace,
    [property: JsonPropertyName("resourceId")] string? ResourceId,
    [property: JsonPropertyName("resourceType")] string ResourceType,
    [property: JsonPropertyName("associations")] IReadOnlyList<AssociationResult>? Associations);

/// <summary>One of them, with the schema that was given.</summary>
internal sealed record AssociationResult(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("associationType")] string AssociationType,
    [property: JsonPropertyName("lifecycle")] string Lifecycle,
    [property: JsonPropertyName("frozen")] bool Frozen,
    [property: JsonPropertyName("schema")] SubjectSchemaResponse? Schema);

/// <summary>Key of an association in the schemas topic.</summary>
internal sealed record AssociationKey(
    [property: JsonPropertyName("keytype")] string KeyType,
    [property: JsonPropertyName("tenant")] string Tenant,
    [property: JsonPropertyName("resourceName")] string ResourceName,
    [property: JsonPropertyName("resourceNamespace")] string ResourceNamespace,
    [property: JsonPropertyName("resourceType")] string ResourceType,
    [property: JsonPropertyName("associationType")] string AssociationType,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("magic")] int Magic)
{
    private const string DefaultTenant = "default";

    public static AssociationKey Of(Association one) => new(Storage.SchemaKeyTypes.Association, DefaultTenant,
        one.ResourceName, one.ResourceNamespace, one.ResourceType, one.AssociationType, one.Subject, 0);
}
