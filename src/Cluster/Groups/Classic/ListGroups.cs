using Platform.Cluster.Coordination;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>ListGroups (key 16): the groups of this shard.</summary>
/// <remarks>v4 filter by state · v5 filter by type.</remarks>
internal static class ListGroups
{
    private const string Type = "Classic";

    public static void Handle(GroupShardState shard, ListGroupsRequest request, CoordinatorCall call) =>
        call.Respond(new ListGroupsResponse
        {
            Groups = [.. shard.Groups.Where(group => Matches(request, group)).Select(List)],
        });

    private static bool Matches(ListGroupsRequest request, ClassicGroup group) =>
        Passes(request.StatesFilter, group.State.ToString()) && Passes(request.TypesFilter, Type);

    private static bool Passes(List<string> filter, string value) =>
        filter.Count == 0 || filter.Contains(value, StringComparer.OrdinalIgnoreCase);

    private static ListGroupsResponse.ListedGroup List(ClassicGroup group) => new()
    {
        GroupId = group.GroupId,
        ProtocolType = group.ProtocolType ?? "",
        GroupState = group.State.ToString(),
        GroupType = Type,
    };
}
