using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

// Requests about many groups: one for each shard that has some of them, and the answers put together.
internal sealed partial class GroupCoordinator
{
    /// <summary>OffsetFetch, in the form of version 8: several groups, topics by name; null topics mean all.</summary>
    public async ValueTask<OffsetFetchResponse> FetchOffsetsAsync(
        OffsetFetchRequest request, CoordinatorRequestContext client)
    {
        var answers = request.Groups.ConvertAll(group => _runtime.HandleAsync(
            PartitionFor(group.GroupId),
            new OffsetFetchRequest { Groups = [group], RequireStable = request.RequireStable },
            client,
            error => GroupErrors.OffsetFetch(group.GroupId, error)));
        return new OffsetFetchResponse { Groups = [.. (await Task.WhenAll(answers)).SelectMany(a => a.Groups)] };
    }

    /// <summary>DescribeGroups, in the order of the request.</summary>
    public async ValueTask<DescribeGroupsResponse> DescribeGroupsAsync(
        DescribeGroupsRequest request, CoordinatorRequestContext client)
    {
        var answers = request.Groups.ConvertAll(groupId => _runtime.HandleAsync(
            PartitionFor(groupId),
            new DescribeGroupsRequest { Groups = [groupId] },
            client,
            error => GroupErrors.Describe(groupId, error)));
        return new DescribeGroupsResponse { Groups = [.. (await Task.WhenAll(answers)).SelectMany(a => a.Groups)] };
    }

    /// <summary>DeleteGroups; a group that is named twice is deleted once.</summary>
    public async ValueTask<DeleteGroupsResponse> DeleteGroupsAsync(
        DeleteGroupsRequest request, CoordinatorRequestContext client)
    {
        var groupIds = request.GroupsNames.Distinct(StringComparer.Ordinal);
        var answers = groupIds.Select(groupId => _runtime.HandleAsync(
            PartitionFor(groupId),
            new DeleteGroupsRequest { GroupsNames = [groupId] },
            client,
            error => GroupErrors.Delete(groupId, error)));
        return new DeleteGroupsResponse { Results = [.. (await Task.WhenAll(answers)).SelectMany(a => a.Results)] };
    }

    /// <summary>ListGroups of all shards here; an error while one of them loads: the list would have gaps.</summary>
    public async ValueTask<ListGroupsResponse> ListGroupsAsync(
        ListGroupsRequest request, CoordinatorRequestContext client)
    {
        var answers = await Task.WhenAll(_runtime.Partitions.Select(partition => _runtime.HandleAsync(
            partition, request, client, error => new ListGroupsResponse { ErrorCode = error })));
        // A partition that moved meanwhile is listed by its new leader.
        var failed = answers.FirstOrDefault(a => a.ErrorCode is not (ErrorCode.None or ErrorCode.NotCoordinator));
        return failed ?? new ListGroupsResponse { Groups = [.. answers.SelectMany(answer => answer.Groups)] };
    }
}
