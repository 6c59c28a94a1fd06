using Platform.Protocol;

namespace Platform.Cluster.Raft;

/// <summary>
/// The way of a quorum with fixed voters to one with voters in the log (KIP-853). Voters tell each leader in which directory
/// they keep the log and where they listen; a leader that has heard of all of them can write them down. What it has heard is
/// gone with its epoch.
/// </summary>
internal sealed class KRaftUpgrade(RaftContext raft)
{
    private readonly SortedDictionary<int, Voter> _told = [];

    /// <summary>A voter that supports voters in the log said who it is.</summary>
    internal void OnTold(Voter voter) => _told[voter.Id] = voter;

    /// <summary>Why the level cannot be set, or null. The level that is in force already can.</summary>
    internal (ErrorCode Code, string Message)? WhyNot(short level)
    {
        if (level is < 0 or > KRaftVersion.Latest)
            return (ErrorCode.InvalidUpdateVersion, $"level {level} is not known; 0 to {KRaftVersion.Latest} are");
        if (level < raft.KRaftVersion)
            return (ErrorCode.InvalidUpdateVersion,
                $"level {level} is below {raft.KRaftVersion}, which is in force: voters that are in the log stay there");
        if (level == raft.KRaftVersion)
            return null;
        var silent = raft.Voters.Voters.Where(voter => Find(voter) is null).Select(voter => voter.Id).ToList();
        return silent.Count == 0 ? null : (ErrorCode.InvalidUpdateVersion,
            $"voters [{string.Join(' ', silent)}] have not told the leader which log directory they have, or do not support "
            + "voters in the log; start each of them with this version and try again");
    }

    /// <summary>The fixed voters as they have told of themselves; only when nothing is in the way.</summary>
    internal VoterSet Voters => new(raft.Voters.Voters.Select(voter => Find(voter)!));

    private Voter? Find(Voter voter) => voter.Id != raft.Local.Id ? _told.GetValueOrDefault(voter.Id)
        : raft.Address is { } address && address.Key.DirectoryId != Uuid.Zero ? address
        : null;
}
