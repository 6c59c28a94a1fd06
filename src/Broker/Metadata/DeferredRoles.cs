using Microsoft.Extensions.Logging;
using Platform.Broker.Replication;
using Platform.Cluster.Diagnosis;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Metadata;

/// <summary>Partitions that could not be made or opened, because a disk was full or a directory had failed, and that are
/// tried again until they can. Not thread-safe.</summary>
internal sealed class DeferredRoles(int brokerId, Action<ClusterEvent> tell, TimeProvider time, ILogger logger)
{
    /// <summary>Most partitions that are tried in one turn, so that turns are short.</summary>
    internal const int MaxPerTurn = 100;

    private readonly Dictionary<TopicIdPartition, long> _sinceMs = [];
    private readonly Queue<TopicIdPartition> _queue = new();
    private int _taken;

    /// <summary>How many wait.</summary>
    public int Count => _sinceMs.Count;

    /// <summary>A partition could not take its role.</summary>
    public void Add(TopicIdPartition partition, IOException problem)
    {
        if (!_sinceMs.TryAdd(partition, NowMs))
            return;
        logger.RoleFailed(problem, partition.TopicPartition);
        _queue.Enqueue(partition);
        if (_sinceMs.Count == 1)
            Tell(partition, $"broker {brokerId} cannot make {partition.TopicPartition} and tries again every second, as it will "
                + $"with others until this is over: {problem.Message}");
    }

    /// <summary>A partition took its role, or has none any more.</summary>
    public void Remove(TopicIdPartition partition)
    {
        if (!_sinceMs.Remove(partition, out var sinceMs))
            return;
        _taken++;
        logger.RoleTaken(partition.TopicPartition, (NowMs - sinceMs) / 1000.0);
        if (_sinceMs.Count > 0)
            return;
        Tell(partition, $"broker {brokerId} has made {(_taken == 1 ? $"{partition.TopicPartition}, which it could not before"
            : $"all {_taken} partitions that it could not before, the last of which was {partition.TopicPartition}")}");
        _taken = 0;
        _queue.Clear();
    }

    /// <summary>Tries those that have waited longest.</summary>
    /// <param name="take">Takes the role, and calls <see cref="Add"/> or <see cref="Remove"/>; returns what was in the
    /// way.</param>
    public void Retry(Func<TopicIdPartition, IOException?> take)
    {
        for (var left = Math.Min(MaxPerTurn, _queue.Count); left > 0 && _queue.TryDequeue(out var partition); left--)
        {
            if (!_sinceMs.ContainsKey(partition))
                continue;
            var problem = take(partition);
            if (_sinceMs.ContainsKey(partition))
                _queue.Enqueue(partition);
            // What does not fit for one does not fit for the next.
            if (problem is DiskFullException)
                return;
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Tell(TopicIdPartition partition, string text) => tell(new ClusterEvent(
        NowMs, ClusterEventKind.PartitionCreation, partition.TopicPartition.ToString(), text,
        $"{ClusterEventKind.PartitionCreation}:{brokerId}@{NowMs}") { IsFirstHand = true });
}
