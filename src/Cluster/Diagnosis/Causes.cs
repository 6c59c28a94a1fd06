using Platform.Cluster.Metadata;

namespace Platform.Cluster.Diagnosis;

/// <summary>Why a broker cannot be what it was for a partition, as far as its registration tells.</summary>
internal sealed class Causes(ClusterImage before, ClusterImage after)
{
    /// <summary>Why a broker cannot be what it was for one partition, be it that of its directories only the one that
    /// holds it has failed.</summary>
    internal string? Of(int brokerId, PartitionRegistration partition) => Of(brokerId)
        ?? (after.HasOnlineDirectory(partition, brokerId) ? null
            : $"the log directory of broker {brokerId} that holds it is offline");

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
