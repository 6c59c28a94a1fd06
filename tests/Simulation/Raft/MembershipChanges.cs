using Platform.Cluster.Raft;
using Platform.Protocol.Messages;

namespace Platform.Simulation.Raft;

/// <summary>An operator who changes the voters at random moments (KIP-853): adds nodes, takes the vote of others, the
/// leader's included, and gives nodes without a vote a new disk.</summary>
public sealed class MembershipChanges(SimRaftCluster cluster)
{
    private const int PauseMaxMs = 3_000;
    private readonly Random _random = SimRandom.Stream(cluster.Seed, "membership");
    private bool _isActive;
    private long _lastToken;

    /// <summary>Begins.</summary>
    public void Start()
    {
        _isActive = true;
        ScheduleNext();
    }

    /// <summary>Ends.</summary>
    public void Stop() => _isActive = false;

    private void ScheduleNext() => cluster.Scheduler.After(1 + _random.Next(PauseMaxMs), () =>
    {
        if (!_isActive)
            return;
        Act();
        ScheduleNext();
    });

    private void Act()
    {
        var node = cluster.Nodes[_random.Next(cluster.Nodes.Count)];
        if (cluster.Leader is not { Raft: { } raft } leader)
            return;
        if (raft.Voters.Contains(node.Key))
            Ask(leader, new RemoveRaftVoterRequest { ClusterId = "sim", VoterId = node.Id, VoterDirectoryId = node.Key.DirectoryId });
        else if (raft.Voters.Find(node.Id) is { } old)
            Ask(leader, new RemoveRaftVoterRequest { ClusterId = "sim", VoterId = old.Id, VoterDirectoryId = old.Key.DirectoryId });
        else if (_random.Next(4) == 0 && IsNobodysVoter(node))
            node.ReplaceDisk();
        else
            Ask(leader, new AddRaftVoterRequest
            {
                ClusterId = "sim",
                VoterId = node.Id,
                VoterDirectoryId = node.Key.DirectoryId,
                Listeners = [new() { Name = "CONTROLLER", Host = "sim", Port = (ushort)node.Id }],
                TimeoutMs = 5_000,
            });
    }

    // A disk that may hold the only copy of something committed is not thrown away.
    private bool IsNobodysVoter(SimRaftNode node) => cluster.Nodes.All(other => other.Raft is { } raft
        && !raft.Voters.Contains(node.Key) && raft.Log.VotersOffset < raft.HighWatermark);

    private void Ask(SimRaftNode leader, IRequest request) =>
        leader.Step(new RaftInput.Request(--_lastToken, request));
}
