using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.FetchSessions;

/// <summary>What the broker remembers of a consumer or follower between fetches, so that both sides speak only of
/// partitions that changed (KIP-227). Confined to the lock of its <see cref="FetchSessionCache"/>.</summary>
public sealed class FetchSession
{
    private readonly LinkedList<CachedPartition> _rotation = [];
    private readonly Dictionary<PartitionKey, LinkedListNode<CachedPartition>> _byKey = [];

    internal FetchSession(int id, bool usesTopicIds, bool isFollower, long nowMs)
    {
        Id = id;
        UsesTopicIds = usesTopicIds;
        IsFollower = isFollower;
        LastUsedMs = nowMs;
    }

    /// <summary>Number that the client sends.</summary>
    public int Id { get; }

    /// <summary>Epoch that the next request must carry.</summary>
    public int NextEpoch { get; private set; } = 1;

    /// <summary>Requests name topics by id, which may not change within a session.</summary>
    public bool UsesTopicIds { get; }

    /// <summary>True for a session of a replica.</summary>
    public bool IsFollower { get; }

    /// <summary>Partitions in the session.</summary>
    public int PartitionCount => _byKey.Count;

    /// <summary>When the session was last used, in ms.</summary>
    public long LastUsedMs { get; private set; }

    /// <summary>Takes over what a request adds, changes and forgets, and moves to the next epoch.</summary>
    internal void Update(FetchRequest request, long nowMs)
    {
        foreach (var topic in request.Topics)
            foreach (var partition in topic.Partitions)
                AddOrUpdate(FetchTarget.From(topic, partition));
        foreach (var forgotten in request.ForgottenTopicsData)
            foreach (var partition in forgotten.Partitions)
                Remove(new PartitionKey(forgotten.Topic, forgotten.TopicId, partition));
        LastUsedMs = nowMs;
    }

    /// <summary>The epoch after this one; wraps to 1, since 0 and -1 have meanings of their own.</summary>
    internal void AdvanceEpoch() => NextEpoch = NextEpoch == int.MaxValue ? 1 : NextEpoch + 1;

    /// <summary>Everything to read, in the session's rotation.</summary>
    internal List<FetchTarget> Targets() => [.. _rotation.Select(static p => p.Target)];

    /// <summary>Adds a partition of a full fetch.</summary>
    internal void AddOrUpdate(FetchTarget target)
    {
        var key = PartitionKey.Of(target);
        if (_byKey.TryGetValue(key, out var node))
            node.Value.Target = target;
        else
            _byKey[key] = _rotation.AddLast(new CachedPartition(target));
    }

    /// <summary>Remembers what is about to be sent; false when the client knows all of it already.</summary>
    internal bool MustSend(FetchTarget target, FetchResponse.PartitionData data)
    {
        if (!_byKey.TryGetValue(PartitionKey.Of(target), out var node))
            return true;
        var send = node.Value.Differs(data);
        // Who was served goes to the end, so that a small maxBytes starves nobody.
        if (data.Records.SizeInBytes > 0)
        {
            _rotation.Remove(node);
            _rotation.AddLast(node);
        }
        return send;
    }

    private void Remove(PartitionKey key)
    {
        if (_byKey.Remove(key, out var node))
            _rotation.Remove(node);
    }

    private readonly record struct PartitionKey(string Topic, Uuid TopicId, int Partition)
    {
        public static PartitionKey Of(FetchTarget target) => new(target.Topic, target.TopicId, target.Partition);
    }

    private sealed class CachedPartition(FetchTarget target)
    {
        private long _highWatermark = -1;
        private long _logStartOffset = -1;

        public FetchTarget Target { get; set; } = target;

        public bool Differs(FetchResponse.PartitionData data)
        {
            var differs = data.Records.SizeInBytes > 0
                || data.HighWatermark != _highWatermark
                || data.LogStartOffset != _logStartOffset
                || data.PreferredReadReplica >= 0
                || data.DivergingEpoch.Epoch >= 0
                || data.ErrorCode != ErrorCode.None;
            // After an error everything is sent anew.
            _highWatermark = data.ErrorCode == ErrorCode.None ? data.HighWatermark : -1;
            _logStartOffset = data.LogStartOffset;
            return differs;
        }
    }
}
