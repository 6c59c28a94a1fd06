using Microsoft.Extensions.Logging;
using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Protocol;

namespace Platform.Broker.Quorum;

/// <summary>What a <see cref="ControllerLoop"/> is made of.</summary>
internal sealed record ControllerLoopOptions
{
    /// <summary>The quorum.</summary>
    public required RaftDriverOptions Raft { get; init; }

    /// <summary>Settings of the node.</summary>
    public required BrokerConfig Config { get; init; }

    /// <summary>Chooses brokers for new partitions.</summary>
    public required IReplicaPlacer Placer { get; init; }

    /// <summary>Makes ids of topics.</summary>
    public required Func<Uuid> NewTopicId { get; init; }

    /// <summary>Runs work that may take long, such as writing a snapshot, on another thread.</summary>
    public Action<Action> Background { get; init; } =
        static work => ThreadPool.UnsafeQueueUserWorkItem(static w => w(), work, preferLocal: false);

    /// <summary>The log of the process.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Called once when the quorum or the replay of the metadata had to stop: the node must go down.</summary>
    public required Action<Exception> OnFatal { get; init; }
}
