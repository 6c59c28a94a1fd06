using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>Who leads the registries of the cluster.</summary>
/// <param name="Leader">Base address of the leader; absent while there is none.</param>
/// <param name="IsLeader">The registry that answers is the leader.</param>
internal sealed record LeaderResponse(
    [property: JsonPropertyName("leader")] string? Leader,
    [property: JsonPropertyName("is_leader")] bool IsLeader);

internal static class LeaderEndpoint
{
    public static RouteGroupBuilder MapLeader(this RouteGroupBuilder registry)
    {
        registry.MapGet("/v1/metadata/leader", Get).WithName("getLeader").WithTags("Server Metadata (v1)")
            .WithSummary("Which registry of the cluster takes the writes");
        return registry;
    }

    private static RegistryAnswer<LeaderResponse> Get(RegistryLeadership leadership) =>
        new(new LeaderResponse(leadership.Leader?.Url, leadership.IsLeader));
}
