using Platform.Cluster.Security;

namespace Platform.Cluster.Configuration;

/// <content>Who may do what.</content>
public static partial class BrokerConfigs
{
    /// <summary>Who decides about access.</summary>
    public static readonly ConfigKey<string> AuthorizerClassName = Group.String("authorizer.class.name", "",
        oneOf: ["", StandardAuthorizer.ClassName],
        doc: $"{StandardAuthorizer.ClassName} has every request checked against the access rules (ACLs) of the metadata. Empty: "
            + "everybody may do everything. It must be the same on all nodes.");

    /// <summary>Whom no rule binds.</summary>
    public static readonly ConfigKey<string> SuperUsers = Group.String("super.users", "",
        doc: "Principals that may do everything, such as User:alice, separated by semicolons. The nodes themselves must be among "
            + "them, or have rules that allow ClusterAction; without authentication they are User:ANONYMOUS, as everybody is.");

    /// <summary>What holds where there are no rules.</summary>
    public static readonly ConfigKey<bool> AllowEveryoneIfNoAclFound = Group.Boolean("allow.everyone.if.no.acl.found", false,
        doc: "Whether everybody may use resources that no access rule is about.");
}
