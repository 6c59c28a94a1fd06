namespace Platform.Cluster.Raft;

/// <summary>The count of one round of votes, pre-votes or real ones. The node itself has voted for itself, when it has a
/// vote.</summary>
internal sealed class Election(VoterSet voters, int localId)
{
    private readonly SortedSet<int> _granted = voters.Contains(localId) ? [localId] : [];
    private readonly SortedSet<int> _refused = [];

    internal IReadOnlyCollection<int> GrantingVoters => _granted;

    internal bool IsWon => _granted.Count >= voters.Majority;

    internal bool IsLost => _refused.Count > voters.Voters.Count - voters.Majority;

    internal IEnumerable<int> Unanswered => voters.Voters.Select(voter => voter.Id).Where(id => !HasAnswered(id));

    internal void Record(int voterId, bool granted)
    {
        if (voters.Contains(voterId) && !HasAnswered(voterId))
            (granted ? _granted : _refused).Add(voterId);
    }

    private bool HasAnswered(int voterId) => _granted.Contains(voterId) || _refused.Contains(voterId);
}
