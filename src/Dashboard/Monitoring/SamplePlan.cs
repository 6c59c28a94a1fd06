using Platform.Client.Admin;

namespace Platform.Dashboard.Monitoring;

/// <summary>
/// What to ask in one round, so that the number of requests has a bound that does not grow with the cluster: of many
/// groups a part is asked each time, the longest unseen first, and large clusters are asked for offsets less often.
/// </summary>
internal sealed record SamplePlan(bool Offsets, bool StartOffsets, bool LogSizes, bool GroupList, bool DescribeGroups)
{
    /// <summary>Most groups whose offsets are asked for in one round.</summary>
    public const int MaxGroupsPerRound = 32;

    /// <summary>Partitions whose ends are asked for every second; twice as many are asked every two seconds.</summary>
    public const int PartitionsPerSecond = 5_000;

    private const int SlowEvery = 5;
    private const int GroupListEvery = 2;
    private const int DescribeEvery = 3;

    /// <summary>The plan of round number <paramref name="round"/> for a cluster of this many partitions.</summary>
    public static SamplePlan For(long round, int partitions)
    {
        var offsetsEvery = 1 + partitions / PartitionsPerSecond;
        return new SamplePlan(
            Offsets: round % offsetsEvery == 0,
            StartOffsets: round % (SlowEvery * offsetsEvery) == 0,
            LogSizes: round % (SlowEvery * offsetsEvery) == 0,
            GroupList: round % GroupListEvery == 0,
            DescribeGroups: round % DescribeEvery == 0);
    }

    /// <summary>The groups whose turn it is.</summary>
    public static IReadOnlyList<string> GroupsFor(IReadOnlyList<GroupListing> all, ClusterSnapshot? previous)
    {
        if (all.Count <= MaxGroupsPerRound)
            return [.. all.Select(group => group.GroupId)];
        var seen = previous?.Groups.ToDictionary(
            group => group.GroupId, group => group.SampledAtMs, StringComparer.Ordinal) ?? [];
        return [.. all.OrderBy(group => seen.GetValueOrDefault(group.GroupId))
            .ThenBy(group => group.GroupId, StringComparer.Ordinal)
            .Take(MaxGroupsPerRound).Select(group => group.GroupId)];
    }
}
