using Platform.Protocol;

namespace Platform.Client.Consuming.Assignors;

/// <summary>
/// The arithmetic of the sticky assignors. Members first keep what they have, then free partitions go to whoever has
/// least, and at last partitions move from those with most to those with least, until no move makes it more even.
/// </summary>
internal sealed class StickyBalance
{
    private readonly List<AssignorMember> _members;
    private readonly Dictionary<string, HashSet<string>> _subscriptions;
    private readonly Dictionary<string, SortedSet<TopicPartition>> _assigned;
    private readonly Dictionary<TopicPartition, string> _previousOwner;
    private readonly SortedSet<TopicPartition> _free;

    private StickyBalance(IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyList<AssignorMember> members)
    {
        _members = MemberOrder.Sorted(members);
        _subscriptions = members.ToDictionary(member => member.MemberId, member => member.Topics.ToHashSet());
        _assigned = members.ToDictionary(member => member.MemberId, _ => new SortedSet<TopicPartition>());
        _previousOwner = PreviousOwners(members);
        _free = [.. partitionCounts.SelectMany(topic =>
            Enumerable.Range(0, topic.Value).Select(partition => new TopicPartition(topic.Key, partition)))];
    }

    public static Dictionary<string, IReadOnlyList<TopicPartition>> Assign(
        IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyList<AssignorMember> members)
    {
        var balance = new StickyBalance(partitionCounts, members);
        balance.KeepOwned();
        balance.PlaceFree();
        balance.Even();
        return balance._assigned.ToDictionary(
            member => member.Key, member => (IReadOnlyList<TopicPartition>)[.. member.Value]);
    }

    /// <summary>Who had a partition last: of several that say so, the one of the newest generation; on a tie
    /// nobody.</summary>
    public static Dictionary<TopicPartition, string> PreviousOwners(IReadOnlyList<AssignorMember> members)
    {
        var claims = members.SelectMany(
            member => member.Owned.Select(partition => (Partition: partition, Member: member)));
        var owners = new Dictionary<TopicPartition, string>();
        foreach (var claim in claims.GroupBy(claim => claim.Partition))
        {
            var newest = claim.Max(one => one.Member.Generation);
            var claimants = claim.Where(one => one.Member.Generation == newest).ToList();
            if (claimants.Count == 1)
                owners[claim.Key] = claimants[0].Member.MemberId;
        }
        return owners;
    }

    private void KeepOwned()
    {
        foreach (var (partition, owner) in _previousOwner.OrderBy(entry => entry.Key))
            if (_subscriptions[owner].Contains(partition.Topic) && _free.Remove(partition))
                _assigned[owner].Add(partition);
    }

    // Partitions that few members could take come first, so that they do not find their members full.
    private void PlaceFree()
    {
        var order = _free.OrderBy(partition => _members.Count(member => CanTake(member.MemberId, partition))).ToList();
        foreach (var partition in order)
            if (Least(partition) is { } member)
                _assigned[member].Add(partition);
    }

    private bool CanTake(string memberId, TopicPartition partition) =>
        _subscriptions[memberId].Contains(partition.Topic);

    private string? Least(TopicPartition partition)
    {
        string? least = null;
        foreach (var member in _members)
            if (CanTake(member.MemberId, partition) && (least is null || Load(member.MemberId) < Load(least)))
                least = member.MemberId;
        return least;
    }

    private int Load(string memberId) => _assigned[memberId].Count;

    // Every move lowers the sum of the squared loads, so that this ends.
    private void Even()
    {
        while (FindMove() is { } move)
        {
            _assigned[move.From].Remove(move.Partition);
            _assigned[move.To].Add(move.Partition);
        }
    }

    private (TopicPartition Partition, string From, string To)? FindMove()
    {
        foreach (var member in _members.OrderByDescending(member => Load(member.MemberId)))
            foreach (var partition in MovableFirst(member.MemberId))
                if (Least(partition) is { } least && Load(least) + 1 < Load(member.MemberId))
                    return (partition, member.MemberId, least);
        return null;
    }

    // What the member did not have before moves at no cost.
    private IEnumerable<TopicPartition> MovableFirst(string memberId) =>
        _assigned[memberId].Reverse().OrderBy(partition => _previousOwner.GetValueOrDefault(partition) == memberId);
}
