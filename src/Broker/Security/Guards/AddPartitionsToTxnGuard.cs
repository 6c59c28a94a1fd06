using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Topic = Platform.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;

namespace Platform.Broker.Security.Guards;

/// <summary>AddPartitionsToTxn (key 24) of clients (v0-3): all or nothing. One topic that may not be written to fails, and the
/// others were not attempted.</summary>
internal sealed class AddPartitionsToTxnGuard(Authorizer authorizer)
    : IApiGuard<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>
{
    /// <inheritdoc/>
    public ValueTask<AddPartitionsToTxnResponse?> HandleAsync(AddPartitionsToTxnRequest request, RequestContext context,
        IApiHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> next)
    {
        var topics = request.V3AndBelowTopics;
        var refused = topics.FindAll(topic => !authorizer.Allows(context, Needed.Topic(AclOperation.Write, topic.Name)));
        if (refused.Count == 0)
            return next.HandleAsync(request, context);
        return new(new AddPartitionsToTxnResponse
        {
            ResultsByTopicV3AndBelow = topics.ConvertAll(topic => Failed(topic,
                refused.Contains(topic) ? ErrorCode.TopicAuthorizationFailed : ErrorCode.OperationNotAttempted)),
        });
    }

    private static AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult Failed(Topic topic, ErrorCode error) => new()
    {
        Name = topic.Name,
        ResultsByPartition = topic.Partitions.ConvertAll(index => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
        {
            PartitionIndex = index,
            PartitionErrorCode = error,
        }),
    };
}
