using Platform.Protocol;

namespace Platform.Storage;

/// <summary>One copy of a segment in remote storage (KIP-405). Every attempt to copy a segment has an id of its own, so
/// that an attempt that failed halfway is never taken for the one that did not.</summary>
/// <param name="TopicIdPartition">Whose segment it is.</param>
/// <param name="Id">Id of the attempt.</param>
public readonly record struct RemoteLogSegmentId(TopicIdPartition TopicIdPartition, Uuid Id);
