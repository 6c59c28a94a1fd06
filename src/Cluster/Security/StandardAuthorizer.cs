using Platform.Protocol;

namespace Platform.Cluster.Security;

/// <summary>
/// Decides by access rules, as Kafka's StandardAuthorizer does: super users may do everything; a rule that denies wins
/// over any that allows; who may read, write, delete or alter may describe, too; what no rule is about is denied, unless
/// allow.everyone.if.no.acl.found says otherwise. Immutable and free of allocations.
/// </summary>
/// <param name="rules">The rules.</param>
/// <param name="superUsers">Principals of super.users, as Type:name.</param>
/// <param name="allowsEveryoneWithoutRules">allow.everyone.if.no.acl.found.</param>
public sealed class StandardAuthorizer(AclIndex rules, IReadOnlySet<string> superUsers, bool allowsEveryoneWithoutRules)
{
    /// <summary>The value of authorizer.class.name that means this class.</summary>
    public const string ClassName = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

    // A name that no rule is likely to be about, as Kafka takes one to find out what holds for all names.
    private const string AnyName = "hardcode";

    /// <summary>May somebody do something with a resource?</summary>
    /// <param name="principal">Who, as Type:name.</param>
    /// <param name="host">Address that they come from.</param>
    /// <param name="operation">What they want to do.</param>
    /// <param name="type">Kind of the resource.</param>
    /// <param name="name">Its name.</param>
    public AccessDecision Decide(string principal, string host, AclOperation operation, AclResourceType type, string name)
    {
        if (superUsers.Contains(principal))
            return new(AccessReason.SuperUser);
        var ofType = rules.Of(type);
        var search = new Search(principal, host, operation);
        search.Look(ofType.Named(name));
        if (name != AclBinding.Wildcard)
            search.Look(ofType.OfAllNames);
        for (var i = 0; i < ofType.PrefixLengthCount; i++)
            search.Look(ofType.WithPrefixOf(name, i));
        return search.Decide(allowsEveryoneWithoutRules);
    }

    /// <summary>Is there any resource of a kind with which somebody may do something (KIP-679)?</summary>
    public bool MayWithAny(string principal, string host, AclOperation operation, AclResourceType type)
    {
        if (Decide(principal, host, operation, type, AnyName).IsAllowed)
            return true;
        var own = rules.Of(type).All.Where(rule => rule.Binding.Operation is var of && (of == operation || of == AclOperation.All)
            && Search.IsAbout(rule, principal, host)).Select(rule => rule.Binding).ToList();
        var denied = own.FindAll(rule => rule.Permission == AclPermission.Deny);
        return own.Exists(rule => rule.Permission == AclPermission.Allow && !denied.Exists(deny => Covers(deny, rule)));
    }

    // Does a denial leave nothing of what a rule allows?
    private static bool Covers(AclBinding deny, AclBinding allow) =>
        deny.PatternType == AclPatternType.Literal
            ? deny.ResourceName == AclBinding.Wildcard
                || (allow.PatternType == AclPatternType.Literal && allow.ResourceName == deny.ResourceName)
            : allow.ResourceName.StartsWith(deny.ResourceName, StringComparison.Ordinal);

    private ref struct Search(string principal, string host, AclOperation operation)
    {
        private AclBinding? _allows;
        private AclBinding? _denies;
        private bool _found;

        public static bool IsAbout(in AccessRule rule, string principal, string host) =>
            (rule.Binding.Principal == principal || rule.Binding.Principal == AclBinding.Everybody)
            && rule.Hosts is not null && rule.Hosts.Matches(host);

        public void Look(AccessRule[] candidates)
        {
            _found |= candidates.Length > 0;
            for (var i = 0; i < candidates.Length && _denies is null; i++)
            {
                ref readonly var rule = ref candidates[i];
                if (!IsAbout(rule, principal, host))
                    continue;
                if (rule.Binding.Permission == AclPermission.Deny)
                    _denies = Names(rule.Binding.Operation) ? rule.Binding : null;
                else if (_allows is null && (Names(rule.Binding.Operation) || Implies(rule.Binding.Operation)))
                    _allows = rule.Binding;
            }
        }

        public readonly AccessDecision Decide(bool allowsEveryoneWithoutRules) =>
            _denies is not null ? new(AccessReason.DeniedByRule, _denies)
            : _allows is not null ? new(AccessReason.AllowedByRule, _allows)
            : _found ? new(AccessReason.NoRuleAllows)
            : new(allowsEveryoneWithoutRules ? AccessReason.NoRulesAtAll : AccessReason.NothingIsAllowed);

        private readonly bool Names(AclOperation ofRule) => ofRule == AclOperation.All || ofRule == operation;

        private readonly bool Implies(AclOperation ofRule) => operation switch
        {
            AclOperation.Describe => ofRule is AclOperation.Read or AclOperation.Write or AclOperation.Delete or AclOperation.Alter,
            AclOperation.DescribeConfigs => ofRule == AclOperation.AlterConfigs,
            _ => false,
        };
    }
}
