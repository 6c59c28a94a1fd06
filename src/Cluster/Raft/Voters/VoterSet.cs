using System.Globalization;

namespace Platform.Cluster.Raft;

/// <summary>The members of the quorum, in the order of their ids. Immutable.</summary>
public sealed class VoterSet
{
    /// <summary>Most voters of a quorum; more cost latency and gain nothing.</summary>
    public const int MaxVoters = 31;

    private readonly Voter[] _voters;

    /// <summary>Takes the members; ids must differ.</summary>
    /// <exception cref="ArgumentException">No voters, too many, or an id twice.</exception>
    public VoterSet(IEnumerable<Voter> voters)
    {
        _voters = [.. voters.OrderBy(voter => voter.Id)];
        if (_voters.Length is 0 or > MaxVoters)
            throw new ArgumentException($"a quorum has 1 to {MaxVoters} voters, not {_voters.Length}", nameof(voters));
        for (var i = 1; i < _voters.Length; i++)
            if (_voters[i].Id == _voters[i - 1].Id)
                throw new ArgumentException($"voter {_voters[i].Id} is listed twice", nameof(voters));
    }

    /// <summary>The members, by id.</summary>
    public IReadOnlyList<Voter> Voters => _voters;

    /// <summary>How many votes win, and how many copies commit.</summary>
    public int Majority => _voters.Length / 2 + 1;

    /// <summary>The member with this node id, or null.</summary>
    public Voter? Find(int id) => Array.Find(_voters, voter => voter.Id == id);

    /// <summary>True when the node is a member.</summary>
    public bool Contains(int id) => Find(id) is not null;

    /// <summary>True when the node is the only member.</summary>
    public bool IsOnly(int id) => _voters.Length == 1 && _voters[0].Id == id;

    /// <summary>The members other than the node.</summary>
    public IEnumerable<Voter> Except(int id) => _voters.Where(voter => voter.Id != id);

    /// <summary>Reads the value of <c>controller.quorum.voters</c>: <c>1@host:9093,2@other:9093</c>.</summary>
    /// <exception cref="FormatException">Says which entry is wrong, and what is expected.</exception>
    public static VoterSet Parse(IEnumerable<string> entries)
    {
        var voters = entries.Select(entry => entry.Trim()).Where(entry => entry.Length > 0).Select(ParseVoter).ToList();
        try
        {
            return new VoterSet(voters);
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"controller.quorum.voters: {wrong.Message}", wrong);
        }
    }

    private static Voter ParseVoter(string entry)
    {
        var at = entry.IndexOf('@');
        var colon = entry.LastIndexOf(':');
        if (at > 0 && colon > at + 1 && TryNumber(entry[..at], out var id)
            && TryNumber(entry[(colon + 1)..], out var port)
            && port is >= 0 and <= ushort.MaxValue)
            return new Voter(ReplicaKey.Of(id), entry[(at + 1)..colon].Trim('[', ']'), port);
        throw new FormatException(
            $"controller.quorum.voters: '{entry}' is no voter; id@host:port is expected, for example 1@localhost:9093");
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
