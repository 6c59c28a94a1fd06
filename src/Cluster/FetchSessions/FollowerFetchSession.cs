using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.FetchSessions;

/// <summary>The follower's side of a fetch session: says only what changed since the last request, and starts anew when
/// the leader has forgotten it (KIP-227). Confined to the loop of its fetcher.</summary>
public sealed class FollowerFetchSession
{
    private const int InitialEpoch = 0;
    private Dictionary<(Uuid TopicId, int Partition), FetchTarget> _known = [];
    private int _id;
    private int _epoch = InitialEpoch;

    /// <summary>Puts into a request what the leader must be told to read <paramref name="wanted"/>, which is ordered by
    /// topic.</summary>
    public void Fill(FetchRequest request, IReadOnlyList<FetchTarget> wanted)
    {
        (request.SessionId, request.SessionEpoch) = (_id, _epoch);
        var isFull = _epoch == InitialEpoch;
        var next = new Dictionary<(Uuid, int), FetchTarget>(wanted.Count);
        foreach (var target in wanted)
        {
            var key = (target.TopicId, target.Partition);
            next[key] = target;
            if (isFull || !_known.Remove(key, out var said) || said != target)
                Add(request.Topics, target);
        }
        if (!isFull)
            foreach (var (topicId, partition) in _known.Keys)
                Forget(request.ForgottenTopicsData, topicId, partition);
        _known = next;
    }

    /// <summary>Takes note of the answer.</summary>
    /// <returns>False when the session is over; the next request says everything.</returns>
    public bool OnResponse(FetchResponse response)
    {
        if (response.ErrorCode != ErrorCode.None)
        {
            Reset();
            return false;
        }
        // The leader has no slot for a session: everything is said every time.
        if (response.SessionId == 0)
            (_id, _epoch) = (0, InitialEpoch);
        else if (_epoch == InitialEpoch)
            (_id, _epoch) = (response.SessionId, 1);
        else
            _epoch = _epoch == int.MaxValue ? 1 : _epoch + 1;
        return true;
    }

    /// <summary>The connection was lost, or an answer. The old session, if there is one, is closed by its id.</summary>
    public void Reset()
    {
        _epoch = InitialEpoch;
        _known.Clear();
    }

    private static void Add(List<FetchRequest.FetchTopic> topics, FetchTarget target)
    {
        if (topics.Count == 0 || topics[^1].TopicId != target.TopicId)
            topics.Add(new FetchRequest.FetchTopic { Topic = target.Topic, TopicId = target.TopicId });
        topics[^1].Partitions.Add(new FetchRequest.FetchPartition
        {
            Partition = target.Partition,
            CurrentLeaderEpoch = target.CurrentLeaderEpoch,
            FetchOffset = target.FetchOffset,
            LastFetchedEpoch = target.LastFetchedEpoch,
            LogStartOffset = target.LogStartOffset,
            PartitionMaxBytes = target.MaxBytes,
            HighWatermark = target.HighWatermark,
        });
    }

    private static void Forget(List<FetchRequest.ForgottenTopic> topics, Uuid topicId, int partition)
    {
        if (topics.Find(topic => topic.TopicId == topicId) is not { } topic)
            topics.Add(topic = new FetchRequest.ForgottenTopic { TopicId = topicId });
        topic.Partitions.Add(partition);
    }
}
