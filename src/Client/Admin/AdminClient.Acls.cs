using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>The access rules that a filter matches.</summary>
    /// <exception cref="KafkaException">Not allowed, or the cluster has no authorizer (SECURITY_DISABLED).</exception>
    public async Task<IReadOnlyList<AclBinding>> DescribeAclsAsync(AclBindingFilter filter, CancellationToken cancellation = default)
    {
        var request = new DescribeAclsRequest
        {
            ResourceTypeFilter = (sbyte)filter.ResourceType,
            ResourceNameFilter = filter.ResourceName,
            PatternTypeFilter = (sbyte)filter.PatternType,
            PrincipalFilter = filter.Principal,
            HostFilter = filter.Host,
            Operation = (sbyte)filter.Operation,
            PermissionType = (sbyte)filter.Permission,
        };
        var response = await SendAsync(request, Destination.Any, cancellation);
        KafkaException.ThrowIfError(response.ErrorCode, "access rules", response.ErrorMessage);
        return
        [
            .. from resource in response.Resources
               from rule in resource.Acls
               select new AclBinding((AclResourceType)resource.ResourceType, resource.ResourceName,
                   (AclPatternType)resource.PatternType, rule.Principal, rule.Host, (AclOperation)rule.Operation,
                   (AclPermission)rule.PermissionType),
        ];
    }

    /// <summary>Adds access rules; those that are there already succeed.</summary>
    /// <exception cref="KafkaException">A rule was refused; the message says which and why. Others may have been added.</exception>
    public async Task CreateAclsAsync(IReadOnlyList<AclBinding> rules, CancellationToken cancellation = default)
    {
        var request = new CreateAclsRequest
        {
            Creations = [.. rules.Select(rule => new CreateAclsRequest.AclCreation
            {
                ResourceType = (sbyte)rule.ResourceType,
                ResourceName = rule.ResourceName,
                ResourcePatternType = (sbyte)rule.PatternType,
                Principal = rule.Principal,
                Host = rule.Host,
                Operation = (sbyte)rule.Operation,
                PermissionType = (sbyte)rule.Permission,
            })],
        };
        var response = await SendAsync(request, Destination.Controller, cancellation);
        for (var i = 0; i < response.Results.Count; i++)
            KafkaException.ThrowIfError(response.Results[i].ErrorCode, rules[i].ToString(), response.Results[i].ErrorMessage);
    }

    /// <summary>Removes the access rules that any of the filters matches.</summary>
    /// <returns>Those that were removed.</returns>
    /// <exception cref="KafkaException">A filter was refused; the message says why.</exception>
    public async Task<IReadOnlyList<AclBinding>> DeleteAclsAsync(
        IReadOnlyList<AclBindingFilter> filters, CancellationToken cancellation = default)
    {
        var request = new DeleteAclsRequest
        {
            Filters = [.. filters.Select(filter => new DeleteAclsRequest.DeleteAclsFilter
            {
                ResourceTypeFilter = (sbyte)filter.ResourceType,
                ResourceNameFilter = filter.ResourceName,
                PatternTypeFilter = (sbyte)filter.PatternType,
                PrincipalFilter = filter.Principal,
                HostFilter = filter.Host,
                Operation = (sbyte)filter.Operation,
                PermissionType = (sbyte)filter.Permission,
            })],
        };
        var response = await SendAsync(request, Destination.Controller, cancellation);
        foreach (var result in response.FilterResults)
            KafkaException.ThrowIfError(result.ErrorCode, "access rules", result.ErrorMessage);
        return [.. response.FilterResults.SelectMany(result => result.MatchingAcls).Select(rule => new AclBinding(
            (AclResourceType)rule.ResourceType, rule.ResourceName, (AclPatternType)rule.PatternType, rule.Principal, rule.Host,
            (AclOperation)rule.Operation, (AclPermission)rule.PermissionType)).Distinct()];
    }
}
