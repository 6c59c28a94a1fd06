using Platform.Cluster.Coordination;
using Platform.Protocol;

namespace Platform.Cluster.Transactions;

/// <summary>
/// Ends a transaction in its partitions, once the decision is committed: the runtime writes a marker to each, however
/// long that takes, and then calls <see cref="TransactionCoordinatorShard.OnMarkersWritten"/>.
/// </summary>
/// <param name="TransactionalId">Whose transaction.</param>
/// <param name="ProducerId">Producer that wrote it.</param>
/// <param name="ProducerEpoch">Epoch of the markers, which fences older ones.</param>
/// <param name="Commit">Commit, not abort.</param>
/// <param name="Version">Version of the protocol in which the end was asked for.</param>
/// <param name="Partitions">Where to.</param>
public sealed record WriteTransactionMarkers(
    string TransactionalId, long ProducerId, short ProducerEpoch, bool Commit, short Version,
    IReadOnlyCollection<TopicPartition> Partitions) : CommittedEffect;
