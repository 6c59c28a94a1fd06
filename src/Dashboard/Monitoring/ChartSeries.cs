namespace Platform.Dashboard.Monitoring;

/// <summary>Names of the sets of curves that can be watched: the cluster's, a topic's, a group's.</summary>
internal static class ChartSeries
{
    public const string Cluster = "cluster";
    private const string TopicPrefix = "topic:";
    private const string GroupPrefix = "group:";

    public static string Topic(string name) => TopicPrefix + name;

    public static string Group(string id) => GroupPrefix + id;

    /// <summary>Messages in, consumed, bytes in, bytes out, requests, lag.</summary>
    public static double?[] ClusterPoint(ClusterTotals totals) =>
    [
        totals.MessagesInPerSecond, totals.ConsumedPerSecond, totals.BytesInPerSecond, totals.BytesOutPerSecond,
        totals.RequestsPerSecond, totals.TotalLag,
    ];

    /// <summary>Messages in, size on disk.</summary>
    public static double?[] TopicPoint(TopicState topic) => [topic.MessagesPerSecond, topic.SizeBytes];

    /// <summary>Lag, consumed.</summary>
    public static double?[] GroupPoint(GroupState group) => [group.TotalLag, group.ConsumedPerSecond];
}
