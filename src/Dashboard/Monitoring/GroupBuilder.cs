using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Dashboard.Monitoring;

/// <summary>Groups with their lag, from what this round asked and what earlier ones remember.</summary>
internal static class GroupBuilder
{
    /// <summary>Commits come in bursts; consumption is averaged over this time, in ms.</summary>
    private const long ConsumedWindowMs = 10_000;

    public static (IReadOnlyList<GroupState> States, IReadOnlyDictionary<string, GroupMemory> Memory) Build(
        SampleState state, ClusterFacts facts, long nowMs)
    {
        var found = facts.Groups.ToDictionary(group => group.GroupId, StringComparer.Ordinal);
        var memory = new Dictionary<string, GroupMemory>(StringComparer.Ordinal);
        var states = new List<GroupState>(state.GroupList.Count);
        foreach (var listing in state.GroupList.OrderBy(group => group.GroupId, StringComparer.Ordinal))
        {
            var remembered = Update(state.Groups.GetValueOrDefault(listing.GroupId, GroupMemory.None),
                found.GetValueOrDefault(listing.GroupId), nowMs);
            if (listing.State is "Empty" or "Dead")
                remembered = WithoutMembers(remembered);
            var partitions = Partitions(remembered, state);
            remembered = WithLag(remembered, partitions.Sum(partition => partition.Lag ?? 0), nowMs);
            memory[listing.GroupId] = remembered;
            states.Add(State(listing, remembered, partitions));
        }
        return (states, memory);
    }

    private static GroupMemory Update(GroupMemory memory, GroupFacts? found, long nowMs)
    {
        if (found is null)
            return memory;
        memory = memory with { Description = found.Description ?? memory.Description };
        if (found.Committed is not { } committed)
            return memory;
        var advanced = committed.Sum(entry =>
            memory.Committed.TryGetValue(entry.Key, out var before)
                ? Math.Max(0, entry.Value.Offset - before.Offset) : 0);
        var consumed = memory.Consumed;
        while (consumed.Length > 1 && nowMs - consumed[1].AtMs >= ConsumedWindowMs)
            consumed = consumed.RemoveAt(0);
        consumed = consumed.Add(new ConsumedPoint(nowMs, advanced + (consumed.Length == 0 ? 0 : consumed[^1].Total)));
        return memory with { Committed = committed, CommittedAtMs = nowMs, Consumed = consumed };
    }

    private static double ConsumedPerSecond(GroupMemory memory) => memory.Consumed is [var first, .., var last]
        ? SnapshotBuilder.PerSecond(last.Total - first.Total, last.AtMs - first.AtMs) : 0;

    // Groups are listed more often than described: what is listed as empty has no members any longer.
    private static GroupMemory WithoutMembers(GroupMemory memory) =>
        memory with { Description = memory.Description is { } last ? last with { Members = [] } : null };

    private static GroupMemory WithLag(GroupMemory memory, long lag, long nowMs)
    {
        if (memory.CommittedAtMs == 0)
            return memory;
        var window = memory.Window.SinceMs == 0 ? new LagWindow(nowMs, lag)
            : memory.Window with { Least = Math.Min(memory.Window.Least, lag) };
        if (nowMs - window.SinceMs < LagTrend.WindowMs)
            return memory with { Window = window };
        var history = memory.LagHistory;
        if (history.Length >= LagTrend.MaxPoints)
            history = history.RemoveRange(0, history.Length - LagTrend.MaxPoints + 1);
        history = history.Add(new LagPoint(nowMs, window.Least));
        return memory with
        {
            Window = new LagWindow(nowMs, lag), LagHistory = history, LagSlope = LagTrend.Slope(history.AsSpan()),
        };
    }

    private static IReadOnlyList<GroupPartition> Partitions(GroupMemory memory, SampleState state)
    {
        var owners = new Dictionary<TopicPartition, GroupMemberState>();
        foreach (var member in memory.Description?.Members ?? [])
            foreach (var partition in member.Assignment)
                owners[partition] = Member(member);
        return [.. memory.Committed.Keys.Union(owners.Keys)
            .OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition)
            .Select(partition => Partition(partition, memory, state, owners.GetValueOrDefault(partition)))];
    }

    private static GroupPartition Partition(
        TopicPartition partition, GroupMemory memory, SampleState state, GroupMemberState? owner)
    {
        long? committed = memory.Committed.TryGetValue(partition, out var offset) ? offset.Offset : null;
        var end = state.EndOffsets.GetValueOrDefault(partition, -1);
        // The end may be a little older than the commit; a group is never ahead of the log.
        long? lag = committed is null || end < 0 ? null : Math.Max(0, end - committed.Value);
        return new GroupPartition(partition, committed, end, lag, owner);
    }

    private static GroupState State(
        GroupListing listing, GroupMemory memory, IReadOnlyList<GroupPartition> partitions) => new(
        listing.GroupId, listing.State.Length > 0 ? listing.State : memory.Description?.State ?? "", listing.Type,
        memory.Description?.Assignor ?? "", memory.Description?.CoordinatorId ?? -1,
        [.. (memory.Description?.Members ?? []).Select(Member)], partitions, ConsumedPerSecond(memory),
        memory.LagHistory, memory.LagSlope, memory.CommittedAtMs);

    private static GroupMemberState Member(GroupMember member) =>
        new(member.MemberId, member.InstanceId, member.ClientId, member.Host, member.Assignment);
}
