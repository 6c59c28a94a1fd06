using Platform.Protocol;

namespace Platform.Cluster.Security;

/// <summary>Why somebody may do something, or may not.</summary>
public enum AccessReason
{
    /// <summary>A rule allows it, and none denies it.</summary>
    AllowedByRule,

    /// <summary>super.users names them.</summary>
    SuperUser,

    /// <summary>No rule is about the resource, and allow.everyone.if.no.acl.found is set.</summary>
    NoRulesAtAll,

    /// <summary>A rule denies it.</summary>
    DeniedByRule,

    /// <summary>There are rules about the resource, and none allows it.</summary>
    NoRuleAllows,

    /// <summary>No rule is about the resource.</summary>
    NothingIsAllowed,
}

/// <summary>The answer to the question whether somebody may do something.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Rule">The rule that decided, if one did.</param>
public readonly record struct AccessDecision(AccessReason Reason, AclBinding? Rule = null)
{
    /// <summary>May they?</summary>
    public bool IsAllowed => Reason is AccessReason.AllowedByRule or AccessReason.SuperUser or AccessReason.NoRulesAtAll;

    /// <summary>The reason in words.</summary>
    public string Explain() => Reason switch
    {
        AccessReason.AllowedByRule => $"a rule allows it: {Rule}",
        AccessReason.SuperUser => "super.users names them",
        AccessReason.NoRulesAtAll => "no rule is about the resource, and allow.everyone.if.no.acl.found is set",
        AccessReason.DeniedByRule => $"a rule denies it: {Rule}",
        AccessReason.NoRuleAllows => "there are rules about the resource, and none allows it",
        _ => "no rule is about the resource, and allow.everyone.if.no.acl.found is not set",
    };
}
