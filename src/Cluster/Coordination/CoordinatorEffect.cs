using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Coordination;

/// <summary>Something that the runtime does for a shard, in the order in which the shard listed it.</summary>
public abstract record CoordinatorEffect;

/// <summary>Something of the coordinator's own that may happen only once the records so far are committed. It is
/// dropped when the partition is lost: the shard asks again when it is loaded elsewhere.</summary>
public abstract record CommittedEffect : CoordinatorEffect;

/// <summary>Answers a request, be it the one just handled or one that was waiting.</summary>
/// <param name="RequestId">The token of the request, from its <see cref="CoordinatorRequestContext"/>.</param>
/// <param name="Response">The complete answer.</param>
/// <param name="BeforeCommit">
/// True to answer at once, even while records that the answer may reflect are not committed. For answers such as
/// heartbeats, which promise nothing that must survive a failover.
/// </param>
public sealed record CompleteRequest(long RequestId, IResponse Response, bool BeforeCommit = false) : CoordinatorEffect;

/// <summary>Answers a request with an error, in the form that its API has for errors.</summary>
/// <param name="RequestId">The token of the request.</param>
/// <param name="Error">What to tell the client.</param>
public sealed record FailRequest(long RequestId, ErrorCode Error) : CoordinatorEffect;

/// <summary>Calls the shard's OnTimer at a time; replaces the deadline of a timer with the same key.</summary>
/// <param name="Key">Which timer.</param>
/// <param name="DeadlineMs">When, in milliseconds since 1970.</param>
public sealed record SetTimer(CoordinatorTimerKey Key, long DeadlineMs) : CoordinatorEffect;

/// <summary>Forgets a timer; nothing happens when it is not set.</summary>
/// <param name="Key">Which timer.</param>
public sealed record CancelTimer(CoordinatorTimerKey Key) : CoordinatorEffect;
