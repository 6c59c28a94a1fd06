using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>DescribeAcls (key 29): the access rules that a filter matches, by resource. Any broker answers from its own
/// metadata.</summary>
public static class DescribeAcls
{
    /// <summary>Answers the request.</summary>
    public static DescribeAclsResponse Handle(AclsImage acls, DescribeAclsRequest request)
    {
        var filter = new AclBindingFilter(
            (AclResourceType)request.ResourceTypeFilter, request.ResourceNameFilter, (AclPatternType)request.PatternTypeFilter,
            request.PrincipalFilter, request.HostFilter, (AclOperation)request.Operation, (AclPermission)request.PermissionType);
        if (AclChecks.Check(filter) is { } error)
            return new() { ErrorCode = error.Code, ErrorMessage = error.Message };
        var resources = acls.ById.Values.Where(filter.Matches)
            .GroupBy(rule => (rule.ResourceType, rule.ResourceName, rule.PatternType))
            .OrderBy(rules => rules.Key.ResourceType).ThenBy(rules => rules.Key.ResourceName, StringComparer.Ordinal)
            .ThenBy(rules => rules.Key.PatternType);
        return new() { Resources = [.. resources.Select(rules => Describe([.. rules]))] };
    }

    private static DescribeAclsResponse.DescribeAclsResource Describe(List<AclBinding> rules) => new()
    {
        ResourceType = (sbyte)rules[0].ResourceType,
        ResourceName = rules[0].ResourceName,
        PatternType = (sbyte)rules[0].PatternType,
        Acls = rules.ConvertAll(rule => new DescribeAclsResponse.AclDescription
        {
            Principal = rule.Principal,
            Host = rule.Host,
            Operation = (sbyte)rule.Operation,
            PermissionType = (sbyte)rule.Permission,
        }),
    };
}
