using Platform.Cluster.Security;
using Platform.Protocol;

namespace Platform.Cluster.Controller;

/// <summary>What an access rule and a filter must be like.</summary>
internal static class AclChecks
{
    /// <summary>What is wrong with a rule; null when nothing is.</summary>
    public static ApiError? Check(AclBinding rule)
    {
        if (rule.ResourceType is <= AclResourceType.Any or > AclResourceType.User)
            return Invalid($"resource type {(sbyte)rule.ResourceType} is no kind that a rule can be about");
        if (rule.PatternType is not (AclPatternType.Literal or AclPatternType.Prefixed))
            return Invalid($"pattern type {(sbyte)rule.PatternType} is for filters; a rule is LITERAL or PREFIXED");
        if (rule.Operation is <= AclOperation.Any or > AclOperation.TwoPhaseCommit)
            return Invalid($"operation {(sbyte)rule.Operation} is none that a rule can name");
        if (rule.Permission is not (AclPermission.Allow or AclPermission.Deny))
            return Invalid($"permission {(sbyte)rule.Permission} is for filters; a rule says ALLOW or DENY");
        if (rule.ResourceName.Length == 0)
            return Invalid("the name of the resource is empty; * stands for all names");
        if (rule.ResourceType == AclResourceType.Cluster && rule.ResourceName != AclBinding.ClusterName)
            return Invalid($"the one resource of type CLUSTER is named {AclBinding.ClusterName}, not '{rule.ResourceName}'");
        if (rule.Principal.IndexOf(':', StringComparison.Ordinal) <= 0)
            return Invalid($"'{rule.Principal}' is no principal: a type, a colon and a name, such as User:alice");
        return rule.Host.Length == 0 || HostPattern.Parse(rule.Host) is null
            ? Invalid($"'{rule.Host}' is no host: an address, a range such as 10.0.0.0/8, or * for all") : null;
    }

    /// <summary>What is wrong with a filter; null when nothing is.</summary>
    public static ApiError? Check(AclBindingFilter filter)
    {
        if (filter.ResourceType is <= AclResourceType.Unknown or > AclResourceType.User)
            return Invalid($"resource type {(sbyte)filter.ResourceType} is unknown");
        if (filter.PatternType is <= AclPatternType.Unknown or > AclPatternType.Prefixed)
            return Invalid($"pattern type {(sbyte)filter.PatternType} is unknown");
        if (filter.Operation is <= AclOperation.Unknown or > AclOperation.TwoPhaseCommit)
            return Invalid($"operation {(sbyte)filter.Operation} is unknown");
        return filter.Permission is <= AclPermission.Unknown or > AclPermission.Allow
            ? Invalid($"permission {(sbyte)filter.Permission} is unknown") : null;
    }

    private static ApiError Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
