using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>Every offset that a group committed.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="requireStable">True to wait for open transactions (KIP-447).</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> ListGroupOffsetsAsync(
        string groupId, bool requireStable = false, CancellationToken cancellation = default)
    {
        var committed = await _cluster.RetryAsync(
            token => OffsetFetcher.FetchAsync(_cluster, groupId, null, requireStable, token), cancellation,
            failure => OnRetry(Destination.GroupCoordinator(groupId), failure));
        return committed;
    }

    /// <summary>Sets committed offsets of a group that has no members.</summary>
    public async Task<IReadOnlyList<ItemResult<TopicPartition>>> AlterGroupOffsetsAsync(
        string groupId, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        CancellationToken cancellation = default)
    {
        var request = OffsetCommits.Request(groupId, offsets);
        var response = await _cluster.RetryAsync(
            async token =>
            {
                var settings = new RequestSettings(MaxVersion: OffsetCommits.LastVersionWithNames);
                var answer = await _cluster.SendAsync(request, Destination.GroupCoordinator(groupId), settings, token);
                OffsetCommits.ThrowIfRetriable(answer, groupId);
                return answer;
            }, cancellation, failure => OnRetry(Destination.GroupCoordinator(groupId), failure));
        return [.. response.Topics.SelectMany(topic => topic.Partitions.Select(partition =>
            new ItemResult<TopicPartition>(new TopicPartition(topic.Name, partition.PartitionIndex),
                partition.ErrorCode)))];
    }

    /// <summary>Deletes committed offsets of topics that no member of the group subscribes to.</summary>
    public async Task<IReadOnlyList<ItemResult<TopicPartition>>> DeleteGroupOffsetsAsync(
        string groupId, IEnumerable<TopicPartition> partitions, CancellationToken cancellation = default)
    {
        var request = new OffsetDeleteRequest
        {
            GroupId = groupId,
            Topics = [.. partitions.GroupBy(partition => partition.Topic)
                .Select(topic => new OffsetDeleteRequest.OffsetDeleteRequestTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(partition =>
                    new OffsetDeleteRequest.OffsetDeleteRequestPartition { PartitionIndex = partition.Partition })],
            })],
        };
        var response = await SendAsync(request, Destination.GroupCoordinator(groupId), cancellation,
            answer => answer.ErrorCode);
        return [.. response.Topics.SelectMany(topic => topic.Partitions.Select(partition =>
            new ItemResult<TopicPartition>(new TopicPartition(topic.Name, partition.PartitionIndex),
                partition.ErrorCode)))];
    }
}
