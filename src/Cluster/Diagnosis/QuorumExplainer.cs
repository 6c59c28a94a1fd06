using Platform.Cluster.Raft;

namespace Platform.Cluster.Diagnosis;

/// <summary>What a change of the quorum's leader means, as one node sees it.</summary>
public static class QuorumExplainer
{
    /// <summary>The event, or null when there is nothing to tell.</summary>
    /// <param name="nodeId">This node.</param>
    /// <param name="before">Leader and epoch before.</param>
    /// <param name="now">Leader and epoch now.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    public static ClusterEvent? Explain(int nodeId, LeaderAndEpoch before, LeaderAndEpoch now, long nowMs)
    {
        if (before == now)
            return null;
        var text = now.LeaderId is { } leader ? Elected(leader, before, now.Epoch) : Lost(nodeId, before, now.Epoch);
        // Nodes lose touch each for itself; whom a majority elected is the same for all.
        var who = now.LeaderId is { } elected ? $"{elected}" : $"none-{nodeId}";
        return text is null ? null
            : new ClusterEvent(nowMs, ClusterEventKind.QuorumLeader, "quorum", text, $"{ClusterEventKind.QuorumLeader}:{who}@{now.Epoch}");
    }

    private static string Elected(int leader, LeaderAndEpoch before, int epoch) => before switch
    {
        { LeaderId: { } last } when last != leader =>
            $"node {leader} is the active controller since epoch {epoch}: a majority elected it after node {last} (epoch {before.Epoch})",
        { LeaderId: null, Epoch: > 0 } => $"node {leader} is the active controller since epoch {epoch}: a majority of voters elected it",
        _ => $"node {leader} is the active controller, in epoch {epoch}",
    };

    private static string? Lost(int nodeId, LeaderAndEpoch before, int epoch) => before.LeaderId switch
    {
        null => null,
        { } self when self == nodeId => $"node {nodeId} is no longer the active controller: it resigned from epoch {before.Epoch}, "
            + "or no majority fetched from it for controller.quorum.fetch.timeout.ms",
        { } last when epoch == before.Epoch => $"node {nodeId} lost touch with the active controller, node {last}: no answer for "
            + "controller.quorum.fetch.timeout.ms. It asks the other voters whether they hear it",
        { } last => $"node {nodeId} knows no active controller: epoch {epoch} has begun after that of node {last}",
    };
}
