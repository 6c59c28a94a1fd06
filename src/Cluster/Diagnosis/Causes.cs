using Platform.Cluster.Metadata;

namespace Platform.Cluster.Diagnosis;

/// <summary>Why a broker cannot be what it was for a partition, as far as its registration tells.</summary>
internal sealed class Causes(ClusterImage before, ClusterImage after)
{
    /// <summary>The cause, or null when the broker is as well as it was.</summary>
    internal string? Of(int brokerId) => (before.Broker(brokerId), after.Broker(brokerId)) switch
    {
        (_, null) => $"broker {brokerId} is not registered",
        ({ } old, { } now) when old.Epoch != now.Epoch => $"broker {brokerId} started anew",
        (_, { InControlledShutdown: true }) => $"broker {brokerId} shuts down",
        (_, { Fenced: true }) => $"broker {brokerId} is fenced, since the controller heard nothing of it",
        _ => null,
    };
}
