using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>All groups, asked of every broker, ordered by id.</summary>
    /// <exception cref="KafkaException">A broker could not be asked.</exception>
    public async Task<IReadOnlyList<GroupListing>> ListGroupsAsync(CancellationToken cancellation = default)
    {
        var cluster = await DescribeClusterAsync(cancellation);
        var answers = await Task.WhenAll(cluster.Brokers.Select(broker => SendAsync(
            new ListGroupsRequest(), Destination.Node(broker.Id), cancellation, answer => answer.ErrorCode)));
        return answers.SelectMany(answer => answer.Groups).DistinctBy(group => group.GroupId)
            .Select(group => new GroupListing(group.GroupId, group.ProtocolType, group.GroupState, group.GroupType))
            .OrderBy(group => group.GroupId, StringComparer.Ordinal).ToList();
    }

    /// <summary>The named groups, each asked of its coordinator. A group that does not exist is in state
    /// Dead.</summary>
    public async Task<IReadOnlyList<GroupDescription>> DescribeGroupsAsync(
        IEnumerable<string> groupIds, CancellationToken cancellation = default) =>
        await Task.WhenAll(groupIds.Select(groupId => DescribeGroupAsync(groupId, cancellation)));

    /// <summary>The named group, of the classic or of the consumer protocol (KIP-848).</summary>
    public async Task<GroupDescription> DescribeGroupAsync(string groupId, CancellationToken cancellation = default)
    {
        var coordinator = Destination.GroupCoordinator(groupId);
        var connection = await _cluster.RetryAsync(
            token => _cluster.ConnectAsync(coordinator, ConnectionUse.General, token).AsTask(), cancellation);
        if (connection.Versions.Supports(ApiKey.ConsumerGroupDescribe)
            && await DescribeConsumerGroupAsync(groupId, cancellation) is { } consumerGroup)
            return consumerGroup;
        var request = new DescribeGroupsRequest { Groups = [groupId] };
        var response = await SendAsync(request, coordinator, cancellation,
            answer => Retriable(answer.Groups[0].ErrorCode));
        return GroupParser.Classic(response.Groups[0], await _cluster.CoordinatorIdAsync(coordinator, cancellation));
    }

    // Null when the group is not of the consumer protocol: the broker says that it does not exist.
    private async Task<GroupDescription?> DescribeConsumerGroupAsync(string groupId, CancellationToken cancellation)
    {
        var coordinator = Destination.GroupCoordinator(groupId);
        var request = new ConsumerGroupDescribeRequest { GroupIds = [groupId] };
        var response = await SendAsync(request, coordinator, cancellation,
            answer => Retriable(answer.Groups[0].ErrorCode));
        var group = response.Groups[0];
        if (group.ErrorCode is ErrorCode.GroupIdNotFound or ErrorCode.UnsupportedVersion)
            return null;
        return GroupParser.Consumer(group, await _cluster.CoordinatorIdAsync(coordinator, cancellation));
    }

    private static ErrorCode Retriable(ErrorCode error) => error.IsRetriable() ? error : ErrorCode.None;

    /// <summary>Deletes groups that have no members.</summary>
    public async Task<IReadOnlyList<ItemResult<string>>> DeleteGroupsAsync(
        IEnumerable<string> groupIds, CancellationToken cancellation = default)
    {
        var results = new List<ItemResult<string>>();
        foreach (var groupId in groupIds)
        {
            var response = await SendAsync(
                new DeleteGroupsRequest { GroupsNames = [groupId] }, Destination.GroupCoordinator(groupId),
                cancellation,
                answer => Retriable(answer.Results[0].ErrorCode));
            results.Add(new ItemResult<string>(groupId, response.Results[0].ErrorCode,
                response.Results[0].ErrorMessage));
        }
        return results;
    }
}
