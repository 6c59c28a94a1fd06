namespace Platform.Protocol;

/// <summary>A rule about who may do what with which resource.</summary>
/// <param name="ResourceType">Kind of the resource.</param>
/// <param name="ResourceName">Name or prefix; * for all names.</param>
/// <param name="PatternType">Literal or Prefixed.</param>
/// <param name="Principal">Who, as Type:name; User:* for everybody.</param>
/// <param name="Host">Address or range of addresses that they come from; * for all.</param>
/// <param name="Operation">What they want to do.</param>
/// <param name="Permission">Allow or Deny.</param>
public sealed record AclBinding(
    AclResourceType ResourceType, string ResourceName, AclPatternType PatternType, string Principal, string Host,
    AclOperation Operation, AclPermission Permission)
{
    /// <summary>The name of the one resource of kind Cluster.</summary>
    public const string ClusterName = "kafka-cluster";

    /// <summary>Stands for all names, and for all hosts.</summary>
    public const string Wildcard = "*";

    /// <summary>Stands for everybody.</summary>
    public const string Everybody = "User:*";

    /// <summary>The rule in words, such as "User:alice may Read Topic orders from *".</summary>
    public override string ToString() =>
        $"{Principal} {(Permission == AclPermission.Allow ? "may" : "may not")} {Operation} {ResourceType} {ResourceName}"
        + (PatternType == AclPatternType.Prefixed ? "..." : "") + $" from {Host}";
}
