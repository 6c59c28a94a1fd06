namespace Platform.Cluster.Coordination;

/// <summary>What a shard knows about a request besides its body.</summary>
/// <param name="ApiVersion">Version of the API that the client speaks.</param>
/// <param name="ClientId">The client's name for itself.</param>
/// <param name="ClientHost">Where the client is, in Kafka's form <c>/10.0.0.1</c>.</param>
/// <param name="RequestId">Token by which an effect answers the request; unique within the runtime.</param>
public sealed record CoordinatorRequestContext(short ApiVersion, string ClientId, string ClientHost, long RequestId)
{
    /// <summary>The context of timers and of other calls that no client waits for.</summary>
    public static readonly CoordinatorRequestContext None = new(0, "", "", NoRequest);

    /// <summary>Token that belongs to no request.</summary>
    public const long NoRequest = -1;
}
