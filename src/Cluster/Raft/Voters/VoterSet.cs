using Platform.Protocol;
using System.Globalization;

namespace Platform.Cluster.Raft;

/// <summary>The members of the quorum, in the order of their ids. Immutable.</summary>
public sealed class VoterSet
{
    /// <summary>Most voters of a quorum; more cost latency and gain nothing.</summary>
    public const int MaxVoters = 31;

    /// <summary>Nobody: what a node knows that is to find out who the voters are.</summary>
    public static readonly VoterSet Empty = new();

    private readonly Voter[] _voters;

    private VoterSet() => _voters = [];

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

    /// <summary>True when the replica, and nobody in another directory of the same node, is a member.</summary>
    public bool Contains(ReplicaKey key) => Find(key.Id) is { } voter && voter.Key.Matches(key);

    /// <summary>The set with a member more, or with another address of a member.</summary>
    public VoterSet With(Voter voter) => new([.. Except(voter.Id), voter]);

    /// <summary>The set without a member.</summary>
    public VoterSet Without(int id) => new(Except(id));

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

    /// <summary>Reads <c>--initial-controllers</c>: <c>1@host:9093:directoryId,...</c> (KIP-853).</summary>
    /// <exception cref="FormatException">Says which entry is wrong, and what is expected.</exception>
    public static VoterSet ParseInitial(string entries)
    {
        try
        {
            return new VoterSet(entries.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(ParseInitialVoter));
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"initial controllers: {wrong.Message}", wrong);
        }
    }

    private static Voter ParseInitialVoter(string entry)
    {
        var colon = entry.LastIndexOf(':');
        if (colon > 0 && Uuid.TryParse(entry[(colon + 1)..], out var directory) && directory != Uuid.Zero)
        {
            var voter = ParseVoter(entry[..colon]);
            return voter with { Key = voter.Key with { DirectoryId = directory } };
        }
        throw new FormatException($"initial controllers: '{entry}' has no directory id; id@host:port:directoryId is "
            + "expected, with an id as platform storage random-uuid prints it");
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
