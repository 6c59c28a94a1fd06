using Platform.Protocol.Messages;

namespace Platform.Cluster.Coordination;

/// <summary>
/// The state of one partition of a coordinator's topic. Synchronous and without I/O: the runtime calls it under one
/// lock, appends what it returns, and gives back what was appended. Before <see cref="OnLoaded"/> only
/// <see cref="Apply"/> is called, once for every record of the partition's log.
/// </summary>
public interface ICoordinatorShard
{
    /// <summary>Takes over a record of the log. Records of unknown keys and late tombstones are ignored.</summary>
    void Apply(CoordinatorRecord record);

    /// <summary>Takes over a record that counts once its producer's transaction is committed.</summary>
    void ApplyTransactional(CoordinatorRecord record, ProducerIdAndEpoch producer) => Apply(record);

    /// <summary>A producer's transaction is over; its records count, or are as if they had never been.</summary>
    void ApplyEndTransaction(ProducerIdAndEpoch producer, bool isCommitted)
    {
    }

    /// <summary>The whole log was applied; from now on requests come.</summary>
    CoordinatorResult OnLoaded(long nowMs);

    /// <summary>Handles a request.</summary>
    /// <exception cref="NotSupportedException">The shard serves no such request.</exception>
    CoordinatorResult Handle(IRequest request, CoordinatorRequestContext context, long nowMs);

    /// <summary>A timer that an earlier result set has reached its deadline. It is no longer set.</summary>
    CoordinatorResult OnTimer(CoordinatorTimerKey key, long nowMs);

    /// <summary>Topics no longer exist; state about them is to go.</summary>
    CoordinatorResult OnTopicsDeleted(IReadOnlyCollection<string> topics, long nowMs);
}
