namespace Platform.Dashboard.Shared;

/// <summary>Addresses of pages.</summary>
internal static class ClusterPath
{
    public static string Of(string cluster) => $"/c/{Uri.EscapeDataString(cluster)}";

    public static string Topic(string clusterBase, string topic, string tab = "") =>
        $"{clusterBase}/topics/{Uri.EscapeDataString(topic)}{(tab.Length > 0 ? "/" + tab : "")}";

    public static string Group(string clusterBase, string group) =>
        $"{clusterBase}/groups/{Uri.EscapeDataString(group)}";
}
