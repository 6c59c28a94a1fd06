using Platform.Cluster.Metadata;
using Platform.Protocol;

namespace Platform.Cluster.Diagnosis;

/// <summary>What a change of a broker's registration means.</summary>
internal static class BrokerExplainer
{
    internal static IEnumerable<ClusterEvent> Explain(int id, BrokerRegistration? before, BrokerRegistration? now, long nowMs)
    {
        ClusterEvent Told(ClusterEventKind kind, string text) =>
            new(nowMs, kind, $"broker {id}", text, $"{kind}:broker-{id}@{(now ?? before)!.Epoch}");
        if (now is null)
        {
            yield return Told(ClusterEventKind.BrokerRemoved, $"broker {id} was unregistered: nobody expects it back");
            yield break;
        }
        if (before?.Epoch != now.Epoch)
            yield return Told(ClusterEventKind.BrokerRegistered, Registered(id, before, now));
        var wasFenced = before?.Fenced ?? true;
        if (!wasFenced && now.Fenced && before!.Epoch == now.Epoch)
            yield return Told(ClusterEventKind.BrokerFenced, before.InControlledShutdown
                ? $"broker {id} was fenced: it has handed over what it led, and ends"
                : $"broker {id} was fenced: the active controller heard no heartbeat of it for broker.session.timeout.ms");
        if (wasFenced && !now.Fenced)
            yield return Told(ClusterEventKind.BrokerUnfenced, $"broker {id} serves: it has caught up with the metadata");
        if (before?.Epoch == now.Epoch && before.LogDirs.Except(now.LogDirs).ToList() is { Count: > 0 } failed)
            yield return Told(ClusterEventKind.LogDirectoryOffline, Failed(id, failed, now)) with
            {
                Key = $"{ClusterEventKind.LogDirectoryOffline}:broker-{id}@{now.Epoch}/{string.Join(',', failed)}",
            };
        if (now.InControlledShutdown && before is not { InControlledShutdown: true })
            yield return Told(ClusterEventKind.BrokerShutsDown, $"broker {id} was asked to end, and hands over what it leads");
    }

    private static string Failed(int id, List<Uuid> failed, BrokerRegistration now) =>
        $"broker {id} lost log director{(failed.Count == 1 ? "y" : "ies")} {string.Join(" and ", failed)}: what lies there is "
        + $"left to other replicas, the {now.LogDirs.Count} other director{(now.LogDirs.Count == 1 ? "y serves" : "ies serve")}";

    private static string Registered(int id, BrokerRegistration? before, BrokerRegistration now)
    {
        var address = now.EndPoints.Count > 0 ? $" at {now.EndPoints[0].Host}:{now.EndPoints[0].Port}" : "";
        return before switch
        {
            null => $"broker {id} joined the cluster{address}",
            { IsActive: true } => $"broker {id} started anew{address}, although nobody had noticed that it was gone",
            _ => $"broker {id} started anew{address}",
        };
    }
}
