using Platform.Cluster.Raft;

namespace Platform.Simulation.Raft;

/// <summary>
/// What must hold after every event, whatever the faults: one leader an epoch · epochs never go back, not even over a
/// restart · leader and vote of an epoch never change · a high watermark never goes back while its node runs · what was
/// ever committed stays, on a majority of disks, and is the same everywhere below the watermark.
/// </summary>
public sealed class RaftInvariants(SimRaftCluster cluster)
{
    private readonly SortedDictionary<int, int> _leaders = [];
    private readonly SortedDictionary<int, (int Epoch, int Incarnation, long HighWatermark)> _seen = [];
    private readonly SortedDictionary<int, QuorumState> _saved = [];
    private readonly List<SimBatch> _committed = [];

    /// <summary>Offset below which everything is committed, as far as any node ever knew.</summary>
    public long CommittedEndOffset => _committed.Count == 0 ? 0 : _committed[^1].Header.NextOffset;

    /// <summary>Epochs that had a leader.</summary>
    public int LeaderCount => _leaders.Count;

    internal void AfterStep(SimRaftNode node)
    {
        if (node.Raft is not { } raft)
            return;
        Hold(raft.Log.EndOffset == node.Disk.EndOffset, node, "the facts of the log differ from the log");
        CheckProgress(node, raft);
        if (raft.Role == RaftRoleKind.Leader && _leaders.TryAdd(raft.Leader.Epoch, node.Id))
            CheckNewLeader(node, raft);
        if (raft.Role == RaftRoleKind.Leader)
            Hold(_leaders[raft.Leader.Epoch] == node.Id, node,
                $"leads epoch {raft.Leader.Epoch} as does {_leaders[raft.Leader.Epoch]}");
    }

    private void CheckProgress(SimRaftNode node, RaftNode raft)
    {
        if (_seen.TryGetValue(node.Id, out var before))
        {
            Hold(raft.Leader.Epoch >= before.Epoch, node, $"epoch {raft.Leader.Epoch} after {before.Epoch}");
            Hold(before.Incarnation != node.Incarnation || raft.HighWatermark >= before.HighWatermark, node,
                $"high watermark {raft.HighWatermark} after {before.HighWatermark}");
        }
        Hold(raft.HighWatermark <= raft.Log.EndOffset, node, "high watermark above the end of the log");
        _seen[node.Id] = (raft.Leader.Epoch, node.Incarnation, raft.HighWatermark);
    }

    private void CheckNewLeader(SimRaftNode node, RaftNode raft)
    {
        Hold(raft.Log.Epochs.SequenceEqual(node.Disk.Epochs()), node, "the epochs of the log differ from the log");
        for (var i = 0; i < _committed.Count; i++)
            Hold(i < node.Disk.Batches.Count && node.Disk.Batches[i].IsSameAs(_committed[i]), node,
                $"elected without the committed batch at {_committed[i].Header.BaseOffset}");
    }

    internal void OnSave(SimRaftNode node, QuorumState state)
    {
        if (_saved.TryGetValue(node.Id, out var before))
        {
            Hold(state.LeaderEpoch >= before.LeaderEpoch, node,
                $"saved epoch {state.LeaderEpoch} after {before.LeaderEpoch}");
            if (state.LeaderEpoch == before.LeaderEpoch)
            {
                Hold(before.Voted is null || before.Voted == state.Voted, node,
                    $"voted twice in epoch {state.LeaderEpoch}");
                Hold(before.LeaderId is null || before.LeaderId == state.LeaderId, node,
                    $"another leader of epoch {state.LeaderEpoch}");
            }
        }
        _saved[node.Id] = state;
    }

    internal void OnTruncated(SimRaftNode node, List<SimBatch> removed)
    {
        foreach (var batch in removed.Where(batch => batch.Header.BaseOffset < CommittedEndOffset))
            Hold(!_committed.Exists(batch.IsSameAs), node,
                $"truncated the committed batch at {batch.Header.BaseOffset}");
    }

    internal void OnHighWatermark(SimRaftNode node, long highWatermark)
    {
        var batches = node.Disk.Batches;
        var index = _committed.FindLastIndex(batch => batch.Header.NextOffset <= KnownBefore(node)) + 1;
        for (; index < batches.Count && batches[index].Header.NextOffset <= highWatermark; index++)
        {
            if (index < _committed.Count)
                Hold(batches[index].IsSameAs(_committed[index]), node,
                    $"another batch than committed at {batches[index].Header.BaseOffset}");
            else
                _committed.Add(batches[index]);
        }
        Hold(CommittedEndOffset >= highWatermark, node,
            $"high watermark {highWatermark} lies within a batch, or beyond the log");
        Hold(!node.IsLeader || _committed.FindLast(batch =>
            batch.Header.NextOffset <= highWatermark)!.Header.PartitionLeaderEpoch
            == node.Raft!.Leader.Epoch, node, $"committed {highWatermark}, whose last record is of an earlier epoch");
        // Where voters change, only the leader that commits knows who counts.
        var voters = cluster.IsReconfigurable ? node.Raft!.Voters : cluster.Voters;
        Hold((cluster.IsReconfigurable && !node.IsLeader) || CopiesOnDisk(highWatermark, voters) >= voters.Majority, node,
            $"committed {highWatermark} without a majority of disks");
    }

    private long KnownBefore(SimRaftNode node) =>
        _seen.TryGetValue(node.Id, out var before) && before.Incarnation == node.Incarnation ? before.HighWatermark : 0;

    /// <summary>A node lost its disk, and what it knew.</summary>
    internal void Forget(SimRaftNode node)
    {
        _seen.Remove(node.Id);
        _saved.Remove(node.Id);
    }

    private int CopiesOnDisk(long highWatermark, VoterSet voters)
    {
        var last = _committed.FindLastIndex(batch => batch.Header.NextOffset <= highWatermark);
        return cluster.Nodes.Count(node => voters.Contains(node.Key)
            && node.Disk.DurableEndOffset >= highWatermark
            && last < node.Disk.Batches.Count && node.Disk.Batches[last].IsSameAs(_committed[last]));
    }

    private void Hold(bool condition, SimRaftNode node, string otherwise) =>
        Assert.True(condition, condition ? null
            : $"seed {cluster.Seed}, event {cluster.Scheduler.EventCount}, node {node.Id}: "
            + $"{otherwise}\n{cluster.Describe()}");
}
