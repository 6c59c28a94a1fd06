using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>OffsetFetch (key 9): how far groups have come. The coordinator speaks version 8, with names; other versions
/// are translated here.</summary>
/// <remarks>v2 all topics, error of the group · v7 require stable · v8 several groups · v10 topic ids.</remarks>
internal sealed class OffsetFetchHandler(GroupCoordinator groups, Func<MetadataImage> image)
    : IApiHandler<OffsetFetchRequest, OffsetFetchResponse>
{
    private const short GroupErrorVersion = 2;
    private const short GroupsVersion = 8;
    private const short TopicIdVersion = 10;

    public async ValueTask<OffsetFetchResponse?> HandleAsync(OffsetFetchRequest request, RequestContext context)
    {
        var client = GroupClient.Of(context);
        if (context.ApiVersion < GroupsVersion)
            return SingleGroupOffsets.Narrow(
                await groups.FetchOffsetsAsync(SingleGroupOffsets.Widen(request), client),
                request,
                withGroupError: context.ApiVersion >= GroupErrorVersion);
        if (context.ApiVersion < TopicIdVersion)
            return await groups.FetchOffsetsAsync(request, client);

        var topics = new TopicIdOffsets(image().Topics);
        return topics.ToIds(await groups.FetchOffsetsAsync(topics.ToNames(request), client), request);
    }

    public OffsetFetchResponse? Fail(OffsetFetchRequest request, ErrorCode error, string message) => new()
    {
        ErrorCode = error,
        Topics = request.Groups.Count == 0 ? SingleGroupOffsets.Failed(request, error) : [],
        Groups = [.. request.Groups.SelectMany(group => GroupErrors.OffsetFetch(group.GroupId, error).Groups)],
    };
}
