using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.FetchSessions;

/// <summary>How a fetch relates to sessions.</summary>
public enum FetchKind
{
    /// <summary>Everything is said every time.</summary>
    Sessionless,

    /// <summary>Everything is said and a session is asked for.</summary>
    Full,

    /// <summary>Only changes are said.</summary>
    Incremental,
}

/// <summary>One fetch on its way through the broker.</summary>
public sealed class FetchContext
{
    private FetchContext(FetchKind kind, List<FetchTarget> targets, FetchSession? session, bool usesTopicIds, ErrorCode error)
    {
        Kind = kind;
        Targets = targets;
        Session = session;
        UsesTopicIds = usesTopicIds;
        Error = error;
    }

    /// <summary>How the fetch relates to sessions.</summary>
    public FetchKind Kind { get; }

    /// <summary>Partitions to read, in the order in which they may use up the response's bytes.</summary>
    public IReadOnlyList<FetchTarget> Targets { get; }

    /// <summary>Why the whole request fails, or none.</summary>
    public ErrorCode Error { get; }

    internal FetchSession? Session { get; }

    internal bool UsesTopicIds { get; }

    internal bool IsFollower { get; private init; }

    internal static FetchContext Sessionless(FetchRequest request) =>
        new(FetchKind.Sessionless, FetchTarget.All(request), null, false, ErrorCode.None);

    internal static FetchContext Full(FetchRequest request, bool usesTopicIds, bool isFollower) =>
        new(FetchKind.Full, FetchTarget.All(request), null, usesTopicIds, ErrorCode.None) { IsFollower = isFollower };

    internal static FetchContext Incremental(FetchSession session) =>
        new(FetchKind.Incremental, session.Targets(), session, session.UsesTopicIds, ErrorCode.None);

    internal static FetchContext Failed(ErrorCode error) => new(FetchKind.Sessionless, [], null, false, error);
}

/// <summary>What was read of one partition.</summary>
public readonly record struct FetchedPartition(FetchTarget Target, FetchResponse.PartitionData Data)
{
    /// <summary>Name of the topic where the partition is hosted here; requests by topic id do not tell it.</summary>
    public string? HostedTopic { get; init; }
}

/// <summary>Groups partitions by topic, as the response wants them.</summary>
internal static class FetchResponses
{
    public static FetchResponse Of(List<FetchedPartition> fetched, int sessionId)
    {
        var response = new FetchResponse { SessionId = sessionId };
        FetchResponse.FetchableTopicResponse? topic = null;
        foreach (var (target, data) in fetched)
        {
            if (topic is null || topic.Topic != target.Topic || topic.TopicId != target.TopicId)
            {
                topic = new FetchResponse.FetchableTopicResponse { Topic = target.Topic, TopicId = target.TopicId };
                response.Responses.Add(topic);
            }
            topic.Partitions.Add(data);
        }
        return response;
    }
}
