using Platform.Protocol;

namespace Platform.Client.Consuming.Assignors;

/// <summary>What the leader of a group knows about a member.</summary>
/// <param name="MemberId">Id that the coordinator gave it.</param>
/// <param name="InstanceId">Id of a static member, or null.</param>
/// <param name="Topics">Topics that it subscribes to.</param>
/// <param name="Owned">Partitions that it has, or had last.</param>
/// <param name="Generation">Generation in which it had them, or -1.</param>
public sealed record AssignorMember(
    string MemberId, string? InstanceId, IReadOnlyList<string> Topics, IReadOnlyList<TopicPartition> Owned,
    int Generation);

/// <summary>
/// Divides partitions among the members of a classic group. A pure function of its arguments: equal arguments, in
/// whatever order, give the same answer.
/// </summary>
public interface IPartitionAssignor
{
    /// <summary>Name by which members agree on it.</summary>
    string Name { get; }

    /// <summary>True when members keep their partitions during a rebalance and give up only what moves
    /// (KIP-429).</summary>
    bool IsCooperative { get; }

    /// <summary>The partitions of every member.</summary>
    /// <param name="partitionCounts">Partitions per topic; topics that do not exist are left out.</param>
    /// <param name="members">The members.</param>
    IReadOnlyDictionary<string, IReadOnlyList<TopicPartition>> Assign(
        IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyList<AssignorMember> members);

    /// <summary>Bytes for the leader beside the subscription, or null.</summary>
    byte[]? UserData(IReadOnlyCollection<TopicPartition> owned, int generation) => null;

    /// <summary>What a member had, from the bytes of its <see cref="UserData"/>; null when they do not say.</summary>
    (IReadOnlyList<TopicPartition> Owned, int Generation)? ReadUserData(byte[] userData) => null;
}

/// <summary>The assignors that Kafka's clients agree on.</summary>
public static class PartitionAssignors
{
    /// <summary>Divides each topic into ranges: partition n of all topics goes to the same member.</summary>
    public static IPartitionAssignor Range { get; } = new RangeAssignor();

    /// <summary>Deals out all partitions one by one.</summary>
    public static IPartitionAssignor RoundRobin { get; } = new RoundRobinAssignor();

    /// <summary>As even as can be, moving as little as possible.</summary>
    public static IPartitionAssignor Sticky { get; } = new StickyAssignor();

    /// <summary>As <see cref="Sticky"/>, while members go on reading what they keep.</summary>
    public static IPartitionAssignor CooperativeSticky { get; } = new CooperativeStickyAssignor();

    /// <summary>The assignor of this name: range, roundrobin, sticky or cooperative-sticky.</summary>
    /// <exception cref="ArgumentException">There is no such assignor.</exception>
    public static IPartitionAssignor ByName(string name) =>
        new[] { Range, RoundRobin, Sticky, CooperativeSticky }.FirstOrDefault(assignor => assignor.Name == name)
        ?? throw new ArgumentException(
            $"'{name}' is no assignor: range, roundrobin, sticky and cooperative-sticky are");
}
