using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>OffsetFetch since version 10, which knows topics by id, in the form of version 8 and back.</summary>
internal sealed class TopicIdOffsets(TopicsImage topics)
{
    /// <summary>The same request with names. Topics whose ids are not known are left out.</summary>
    public OffsetFetchRequest ToNames(OffsetFetchRequest request) => new()
    {
        RequireStable = request.RequireStable,
        Groups = request.Groups.ConvertAll(group => new OffsetFetchRequest.OffsetFetchRequestGroup
        {
            GroupId = group.GroupId,
            MemberId = group.MemberId,
            MemberEpoch = group.MemberEpoch,
            Topics = group.Topics?.FindAll(IsKnown).ConvertAll(topic => new OffsetFetchRequest.OffsetFetchRequestTopics
            {
                Name = topics.Find(topic.TopicId)!.Name,
                TopicId = topic.TopicId,
                PartitionIndexes = topic.PartitionIndexes,
            }),
        }),
    };

    /// <summary>The answer with ids, and with errors for the topics that were left out of the request.</summary>
    public OffsetFetchResponse ToIds(OffsetFetchResponse response, OffsetFetchRequest request)
    {
        foreach (var (group, asked) in response.Groups.Zip(request.Groups))
        {
            if (asked.Topics is null)
                group.Topics = group.Topics.FindAll(AddId);
            else if (group.ErrorCode == ErrorCode.None)
                group.Topics.AddRange(asked.Topics.Where(topic => !IsKnown(topic)).Select(Unknown));
        }
        return response;
    }

    private bool IsKnown(OffsetFetchRequest.OffsetFetchRequestTopics topic) => topics.Find(topic.TopicId) is not null;

    // A topic that is being deleted may still have offsets, but no id that a client could use.
    private bool AddId(OffsetFetchResponse.OffsetFetchResponseTopics topic)
    {
        topic.TopicId = topics.Find(topic.Name)?.Id ?? Uuid.Zero;
        return topic.TopicId != Uuid.Zero;
    }

    private static OffsetFetchResponse.OffsetFetchResponseTopics Unknown(
        OffsetFetchRequest.OffsetFetchRequestTopics topic) => new()
        {
            TopicId = topic.TopicId,
            Partitions = topic.PartitionIndexes.ConvertAll(
                partition => new OffsetFetchResponse.OffsetFetchResponsePartitions
                {
                    PartitionIndex = partition,
                    CommittedOffset = -1,
                    ErrorCode = ErrorCode.UnknownTopicId,
                }),
        };
}
