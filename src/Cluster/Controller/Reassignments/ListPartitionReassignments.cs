using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Ongoing = Platform.Protocol.Messages.ListPartitionReassignmentsResponse.OngoingPartitionReassignment;

namespace Platform.Cluster.Controller;

/// <summary>ListPartitionReassignments (key 46): the moves that are under way.</summary>
public static class ListPartitionReassignments
{
    /// <summary>Answers the request. No list of topics means all; what does not exist or does not move is left
    /// out.</summary>
    public static ControllerResult<ListPartitionReassignmentsResponse> Handle(
        ControllerContext controller, ListPartitionReassignmentsRequest request)
    {
        var topics = controller.Image.Topics;
        var asked = request.Topics is { } named
            ? named.Select(topic => (topic.Name, Partitions: (IEnumerable<int>)topic.PartitionIndexes))
            : topics.ByName.Values.Select(topic => (topic.Name, Enumerable.Range(0, topic.Partitions.Count)));
        var response = new ListPartitionReassignmentsResponse();
        foreach (var (name, partitions) in asked)
        {
            var ongoing = partitions.Select(number => Describe(topics, new TopicPartition(name, number)))
                .OfType<Ongoing>().ToList();
            if (ongoing.Count > 0)
                response.Topics.Add(new() { Name = name, Partitions = ongoing });
        }
        return ControllerResult<ListPartitionReassignmentsResponse>.NoChange(response);
    }

    private static Ongoing? Describe(TopicsImage topics, TopicPartition name) =>
        topics.Find(name) is { IsReassigning: true } partition
            ? new Ongoing
            {
                PartitionIndex = name.Partition,
                Replicas = [.. partition.Replicas],
                AddingReplicas = [.. partition.AddingReplicas],
                RemovingReplicas = [.. partition.RemovingReplicas],
            }
            : null;
}
