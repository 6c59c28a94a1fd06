using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Data;

/// <summary>OffsetForLeaderEpoch (key 23): where an epoch ended, so that clients notice a truncated log (KIP-320).</summary>
internal sealed class OffsetForLeaderEpochHandler(ReplicaManager replicas, MetadataCache metadata)
    : IApiHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    public ValueTask<OffsetForLeaderEpochResponse?> HandleAsync(OffsetForLeaderEpochRequest request, RequestContext context) =>
        new(Answer(request, Find));

    public OffsetForLeaderEpochResponse? Fail(OffsetForLeaderEpochRequest request, ErrorCode error, string message) =>
        Answer(request, (_, partition) => new() { Partition = partition.Partition, ErrorCode = error });

    private static OffsetForLeaderEpochResponse Answer(
        OffsetForLeaderEpochRequest request,
        Func<string, OffsetForLeaderEpochRequest.OffsetForLeaderPartition, OffsetForLeaderEpochResponse.EpochEndOffset> answer)
    {
        var response = new OffsetForLeaderEpochResponse();
        foreach (var topic in request.Topics)
            response.Topics.Add(new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
            {
                Topic = topic.Topic,
                Partitions = topic.Partitions.ConvertAll(p => answer(topic.Topic, p)),
            });
        return response;
    }

    private OffsetForLeaderEpochResponse.EpochEndOffset Find(
        string topic, OffsetForLeaderEpochRequest.OffsetForLeaderPartition asked)
    {
        var answer = new OffsetForLeaderEpochResponse.EpochEndOffset { Partition = asked.Partition };
        if (replicas.Find(new TopicPartition(topic, asked.Partition)) is not { } partition)
            answer.ErrorCode = metadata.WhyNotHosted(topic, Uuid.Zero, asked.Partition);
        else if (partition.CheckLeader(asked.CurrentLeaderEpoch) is var error && error != ErrorCode.None)
            answer.ErrorCode = error;
        else
            (answer.LeaderEpoch, answer.EndOffset) = partition.Log.EndOffsetForEpoch(asked.LeaderEpoch);
        return answer;
    }
}
