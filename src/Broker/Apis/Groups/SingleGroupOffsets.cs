using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>OffsetFetch before version 8, which asked for one group, in the form of version 8 and back.</summary>
internal static class SingleGroupOffsets
{
    public static OffsetFetchRequest Widen(OffsetFetchRequest request)
    {
        var topics = request.Topics?.ConvertAll(topic => new OffsetFetchRequest.OffsetFetchRequestTopics
        {
            Name = topic.Name,
            PartitionIndexes = topic.PartitionIndexes,
        });
        var group = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = request.GroupId, Topics = topics };
        return new OffsetFetchRequest { Groups = [group], RequireStable = request.RequireStable };
    }

    /// <summary>The answer about the only group. Version 1 has no place for its error but the partitions.</summary>
    public static OffsetFetchResponse Narrow(
        OffsetFetchResponse response, OffsetFetchRequest request, bool withGroupError)
    {
        var group = response.Groups[0];
        if (group.ErrorCode != ErrorCode.None && !withGroupError)
            return new OffsetFetchResponse { Topics = Failed(request, group.ErrorCode) };
        return new OffsetFetchResponse
        {
            ErrorCode = group.ErrorCode,
            Topics = group.Topics.ConvertAll(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
            {
                Name = topic.Name,
                Partitions = topic.Partitions.ConvertAll(Narrow),
            }),
        };
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartition Narrow(
        OffsetFetchResponse.OffsetFetchResponsePartitions partition) => new()
        {
            PartitionIndex = partition.PartitionIndex,
            CommittedOffset = partition.CommittedOffset,
            CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
            Metadata = partition.Metadata,
            ErrorCode = partition.ErrorCode,
        };

    /// <summary>An error for every partition that was asked for.</summary>
    public static List<OffsetFetchResponse.OffsetFetchResponseTopic> Failed(
        OffsetFetchRequest request, ErrorCode error) =>
        (request.Topics ?? []).ConvertAll(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
        {
            Name = topic.Name,
            Partitions = topic.PartitionIndexes.ConvertAll(
                partition => new OffsetFetchResponse.OffsetFetchResponsePartition
                {
                    PartitionIndex = partition,
                    CommittedOffset = -1,
                    ErrorCode = error,
                }),
        });
}
