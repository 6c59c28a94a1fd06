using Platform.Broker.Network;
using Platform.Cluster.Coordination;

namespace Platform.Broker.Apis.Groups;

/// <summary>What the group coordinator knows of a client.</summary>
internal static class GroupClient
{
    /// <summary>The client of a request, its host in the form in which Kafka shows and stores it.</summary>
    public static CoordinatorRequestContext Of(RequestContext context) => new(
        context.ApiVersion, context.ClientId, "/" + context.ClientHost, CoordinatorRequestContext.NoRequest);
}
