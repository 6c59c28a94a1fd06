using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>OffsetCommit (key 8): remembers how far a group has come. Unknown topics are refused here.</summary>
/// <remarks>v2-4 retention · v6 leader epochs · v7 static members · v9 group not found · v10 topic ids.</remarks>
internal sealed class OffsetCommitHandler(GroupCoordinator groups, Func<MetadataImage> image)
    : IApiHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    private const short TopicIdVersion = 10;

    public async ValueTask<OffsetCommitResponse?> HandleAsync(OffsetCommitRequest request, RequestContext context)
    {
        var asked = request.Topics;
        var errors = asked.ConvertAll(topic => Resolve(topic, context.ApiVersion));
        request.Topics = [.. asked.Where((_, index) => errors[index] == ErrorCode.None)];
        var known = request.Topics.Count > 0 || asked.Count == 0
            ? (await groups.CommitOffsetsAsync(request, GroupClient.Of(context))).Topics
            : [];

        // The coordinator answers in the order of the request; the refused ones are put back in between.
        var answers = new Queue<OffsetCommitResponse.OffsetCommitResponseTopic>(known);
        var topics = asked.Select((topic, index) =>
            errors[index] == ErrorCode.None ? answers.Dequeue() : Refuse(topic, errors[index]));
        return new OffsetCommitResponse { Topics = [.. topics] };
    }

    public OffsetCommitResponse? Fail(OffsetCommitRequest request, ErrorCode error, string message) =>
        GroupErrors.OffsetCommit(request, error);

    private ErrorCode Resolve(OffsetCommitRequest.OffsetCommitRequestTopic topic, short version)
    {
        if (version < TopicIdVersion)
            return image().Topics.Find(topic.Name) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None;
        if (image().Topics.Find(topic.TopicId) is not { } found)
            return ErrorCode.UnknownTopicId;
        topic.Name = found.Name;
        return ErrorCode.None;
    }

    private static OffsetCommitResponse.OffsetCommitResponseTopic Refuse(
        OffsetCommitRequest.OffsetCommitRequestTopic topic, ErrorCode error) =>
        GroupErrors.OffsetCommit(new OffsetCommitRequest { Topics = [topic] }, error).Topics[0];
}
