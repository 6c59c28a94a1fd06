using Platform.Protocol;

namespace Platform.Cluster.Security;

/// <summary>What can be done with each kind of resource; answers that list what a client may do (KIP-430) name no
/// others.</summary>
public static class SupportedOperations
{
    private static readonly AclOperation[] OfTopics =
    [
        AclOperation.Read, AclOperation.Write, AclOperation.Create, AclOperation.Describe, AclOperation.Delete,
        AclOperation.Alter, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
    ];

    private static readonly AclOperation[] OfGroups =
    [
        AclOperation.Read, AclOperation.Describe, AclOperation.Delete, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
    ];

    private static readonly AclOperation[] OfTheCluster =
    [
        AclOperation.Create, AclOperation.ClusterAction, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
        AclOperation.IdempotentWrite, AclOperation.Alter, AclOperation.Describe,
    ];

    /// <summary>The operations of a kind.</summary>
    public static IReadOnlyList<AclOperation> Of(AclResourceType type) => type switch
    {
        AclResourceType.Topic => OfTopics,
        AclResourceType.Group => OfGroups,
        AclResourceType.Cluster => OfTheCluster,
        AclResourceType.TransactionalId => [AclOperation.Describe, AclOperation.Write, AclOperation.TwoPhaseCommit],
        AclResourceType.DelegationToken => [AclOperation.Describe],
        AclResourceType.User => [AclOperation.CreateTokens, AclOperation.DescribeTokens],
        _ => [],
    };

    /// <summary>Operations as one number: bit n stands for the operation of code n.</summary>
    public static int Bits(AclResourceType type, Func<AclOperation, bool> isAllowed) =>
        Of(type).Where(isAllowed).Aggregate(0, (bits, operation) => bits | 1 << (int)operation);
}
