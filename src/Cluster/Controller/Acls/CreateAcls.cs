using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>CreateAcls (key 30): adds access rules; each succeeds or fails by itself, and one that is there already
/// succeeds.</summary>
public static class CreateAcls
{
    /// <summary>Answers the request.</summary>
    public static ControllerResult<CreateAclsResponse> Handle(ControllerContext controller, CreateAclsRequest request)
    {
        var (response, records) = (new CreateAclsResponse(), new List<IMetadataRecord>());
        var known = controller.Image.Acls.ById.Values.ToHashSet();
        foreach (var creation in request.Creations)
        {
            var rule = Rule(creation);
            var error = AclChecks.Check(rule) ?? (records.Count < ControllerLimits.MaxRecordsPerUserOperation ? null
                : new ApiError(ErrorCode.PolicyViolation,
                    $"a request adds at most {ControllerLimits.MaxRecordsPerUserOperation} rules"));
            if (error is null && known.Add(rule))
                records.Add(AclsImage.Record(controller.NewTopicId(), rule));
            response.Results.Add(new() { ErrorCode = error?.Code ?? ErrorCode.None, ErrorMessage = error?.Message });
        }
        return new(records, response);
    }

    private static AclBinding Rule(CreateAclsRequest.AclCreation creation) => new(
        (AclResourceType)creation.ResourceType, creation.ResourceName, (AclPatternType)creation.ResourcePatternType,
        creation.Principal, creation.Host, (AclOperation)creation.Operation, (AclPermission)creation.PermissionType);
}
