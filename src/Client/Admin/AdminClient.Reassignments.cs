using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

/// <summary>A partition on its way to other brokers.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Replicas">Brokers that hold it, the preferred leader first.</param>
/// <param name="Adding">Those that are catching up.</param>
/// <param name="Removing">Those that go when the others have caught up.</param>
public sealed record PartitionReassignment(
    TopicPartition Partition, IReadOnlyList<int> Replicas, IReadOnlyList<int> Adding, IReadOnlyList<int> Removing);

public sealed partial class AdminClient
{
    /// <summary>Begins to move partitions to other brokers (KIP-455); returns when the moves have begun.</summary>
    /// <param name="targets">Brokers of each partition, the preferred leader first; null cancels a move.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<IReadOnlyList<ItemResult<TopicPartition>>> AlterPartitionReassignmentsAsync(
        IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>?> targets, CancellationToken cancellation = default)
    {
        var request = new AlterPartitionReassignmentsRequest { TimeoutMs = TimeoutMs };
        foreach (var topic in targets.GroupBy(target => target.Key.Topic, StringComparer.Ordinal))
            request.Topics.Add(new()
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(target => new AlterPartitionReassignmentsRequest.ReassignablePartition
                {
                    PartitionIndex = target.Key.Partition,
                    Replicas = target.Value?.ToList(),
                })],
            });
        var response = await SendAsync(request, Destination.Any, cancellation, answer => answer.ErrorCode);
        return [.. from topic in response.Responses
                   from partition in topic.Partitions
                   select new ItemResult<TopicPartition>(new TopicPartition(topic.Name, partition.PartitionIndex),
                       partition.ErrorCode, partition.ErrorMessage)];
    }

    /// <summary>The moves that are under way.</summary>
    public async Task<IReadOnlyList<PartitionReassignment>> ListPartitionReassignmentsAsync(
        CancellationToken cancellation = default)
    {
        var request = new ListPartitionReassignmentsRequest { TimeoutMs = TimeoutMs, Topics = null };
        var response = await SendAsync(request, Destination.Any, cancellation, answer => answer.ErrorCode);
        return [.. from topic in response.Topics
                   from partition in topic.Partitions
                   select new PartitionReassignment(new TopicPartition(topic.Name, partition.PartitionIndex),
                       partition.Replicas, partition.AddingReplicas, partition.RemovingReplicas)];
    }
}
