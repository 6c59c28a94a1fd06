using System.Reflection;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Network;

/// <summary>Asks a broker for its versions, with the newest version of ApiVersions that it understands
/// (KIP-511).</summary>
internal static class VersionNegotiation
{
    private const string SoftwareName = "platform-dotnet";
    private static readonly string SoftwareVersion =
        typeof(VersionNegotiation).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static async Task<BrokerVersions> NegotiateAsync(BrokerConnection connection, CancellationToken cancellation)
    {
        var api = ApiKeys.Get(ApiKey.ApiVersions);
        var response = await AskAsync(connection, api, api.HighestStableVersion, cancellation);
        if (response.ErrorCode == ErrorCode.UnsupportedVersion)
            response = await AskAsync(connection, api, Fallback(response), cancellation);
        KafkaException.ThrowIfError(response.ErrorCode, $"ApiVersions at {connection.Endpoint}");
        return new BrokerVersions(response);
    }

    // Brokers since 2.4 name their range beside the error; older ones know version 0 at least.
    private static short Fallback(ApiVersionsResponse refusal)
    {
        var own = refusal.ApiKeys.Find(api => api.ApiKey == (short)ApiKey.ApiVersions);
        return Math.Min(own?.MaxVersion ?? (short)0, ApiKeys.Get(ApiKey.ApiVersions).HighestStableVersion);
    }

    private static async Task<ApiVersionsResponse> AskAsync(
        BrokerConnection connection, ApiKeyInfo api, short version, CancellationToken cancellation)
    {
        var request = new ApiVersionsRequest
        {
            ClientSoftwareName = SoftwareName,
            ClientSoftwareVersion = SoftwareVersion,
        };
        return (await connection.ExchangeAsync(request, api, version, FrameOwner.Connection, default, cancellation))
            .Response;
    }
}
