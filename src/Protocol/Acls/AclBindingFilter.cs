namespace Platform.Protocol;

/// <summary>Which rules are meant. Null and Any match everything.</summary>
/// <param name="ResourceType">Kind of the resource.</param>
/// <param name="ResourceName">Its name.</param>
/// <param name="PatternType">How the name is meant; Match finds every rule that concerns a resource of that name.</param>
/// <param name="Principal">Who, as Type:name.</param>
/// <param name="Host">Host of the rule, literally.</param>
/// <param name="Operation">Operation of the rule.</param>
/// <param name="Permission">What the rule says.</param>
public sealed record AclBindingFilter(
    AclResourceType ResourceType = AclResourceType.Any, string? ResourceName = null,
    AclPatternType PatternType = AclPatternType.Any, string? Principal = null, string? Host = null,
    AclOperation Operation = AclOperation.Any, AclPermission Permission = AclPermission.Any)
{
    /// <summary>Is the rule meant?</summary>
    public bool Matches(AclBinding rule) =>
        (ResourceType == AclResourceType.Any || ResourceType == rule.ResourceType)
        && MatchesName(rule)
        && (Principal is null || Principal == rule.Principal)
        && (Host is null || Host == rule.Host)
        && (Operation == AclOperation.Any || Operation == rule.Operation)
        && (Permission == AclPermission.Any || Permission == rule.Permission);

    private bool MatchesName(AclBinding rule)
    {
        if (PatternType is not (AclPatternType.Any or AclPatternType.Match) && PatternType != rule.PatternType)
            return false;
        if (ResourceName is null)
            return true;
        if (PatternType != AclPatternType.Match)
            return ResourceName == rule.ResourceName;
        return rule.PatternType == AclPatternType.Prefixed
            ? ResourceName.StartsWith(rule.ResourceName, StringComparison.Ordinal)
            : rule.ResourceName == ResourceName || rule.ResourceName == AclBinding.Wildcard;
    }
}
