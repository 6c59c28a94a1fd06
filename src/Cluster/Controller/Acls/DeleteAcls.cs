using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>DeleteAcls (key 31): removes the access rules that filters match, and says which they were.</summary>
public static class DeleteAcls
{
    /// <summary>Answers the request.</summary>
    public static ControllerResult<DeleteAclsResponse> Handle(ControllerContext controller, DeleteAclsRequest request)
    {
        var response = new DeleteAclsResponse();
        var deleted = new SortedSet<Uuid>();
        foreach (var asked in request.Filters)
            response.FilterResults.Add(Delete(controller, Filter(asked), deleted));
        return new([.. deleted.Select(id => new RemoveAccessControlEntryRecord { Id = id })], response);
    }

    // A rule that several filters match is in the answer to each of them, and removed once.
    private static DeleteAclsResponse.DeleteAclsFilterResult Delete(
        ControllerContext controller, AclBindingFilter filter, SortedSet<Uuid> deleted)
    {
        if (AclChecks.Check(filter) is { } error)
            return new() { ErrorCode = error.Code, ErrorMessage = error.Message };
        var matching = controller.Image.Acls.ById.Where(rule => filter.Matches(rule.Value)).ToList();
        if (deleted.Union(matching.Select(rule => rule.Key)).Count() > ControllerLimits.MaxRecordsPerUserOperation)
            return new()
            {
                ErrorCode = ErrorCode.PolicyViolation,
                ErrorMessage = $"a request removes at most {ControllerLimits.MaxRecordsPerUserOperation} rules; use narrower filters",
            };
        deleted.UnionWith(matching.Select(rule => rule.Key));
        return new() { MatchingAcls = matching.ConvertAll(rule => Describe(rule.Value)) };
    }

    private static AclBindingFilter Filter(DeleteAclsRequest.DeleteAclsFilter filter) => new(
        (AclResourceType)filter.ResourceTypeFilter, filter.ResourceNameFilter, (AclPatternType)filter.PatternTypeFilter,
        filter.PrincipalFilter, filter.HostFilter, (AclOperation)filter.Operation, (AclPermission)filter.PermissionType);

    private static DeleteAclsResponse.DeleteAclsMatchingAcl Describe(AclBinding rule) => new()
    {
        ResourceType = (sbyte)rule.ResourceType,
        ResourceName = rule.ResourceName,
        PatternType = (sbyte)rule.PatternType,
        Principal = rule.Principal,
        Host = rule.Host,
        Operation = (sbyte)rule.Operation,
        PermissionType = (sbyte)rule.Permission,
    };
}
