using Platform.Protocol;

namespace Platform.Client.Admin;

/// <summary>A transactional id in a list.</summary>
/// <param name="TransactionalId">The id.</param>
/// <param name="CoordinatorId">Broker that coordinates it.</param>
/// <param name="ProducerId">Its producer.</param>
/// <param name="State">Its state, by Kafka's name.</param>
public sealed record TransactionListing(string TransactionalId, int CoordinatorId, long ProducerId, string State);

/// <summary>What a coordinator knows of a transactional id.</summary>
/// <param name="TransactionalId">The id.</param>
/// <param name="CoordinatorId">Broker that coordinates it.</param>
/// <param name="ProducerId">Its producer.</param>
/// <param name="ProducerEpoch">Epoch of the producer.</param>
/// <param name="State">Its state, by Kafka's name.</param>
/// <param name="TimeoutMs">After how long an open transaction is aborted, in ms.</param>
/// <param name="StartTimeMs">When the transaction began, in ms since 1970; -1 when none has.</param>
/// <param name="Partitions">Partitions that are part of it.</param>
public sealed record TransactionDescription(
    string TransactionalId, int CoordinatorId, long ProducerId, int ProducerEpoch, string State, int TimeoutMs,
    long StartTimeMs, IReadOnlyList<TopicPartition> Partitions);

/// <summary>A producer that a partition knows.</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="ProducerEpoch">Its epoch.</param>
/// <param name="LastSequence">Sequence number of its last record; -1 when unknown.</param>
/// <param name="LastTimestampMs">Time of its last record, in ms since 1970; -1 when unknown.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that wrote its last marker; -1 for none.</param>
/// <param name="TransactionStartOffset">First offset of its open transaction; null for none.</param>
public sealed record ProducerState(
    long ProducerId, int ProducerEpoch, int LastSequence, long LastTimestampMs, int CoordinatorEpoch,
    long? TransactionStartOffset);

/// <summary>Which transactions to list.</summary>
/// <param name="States">Only in these states; empty for all.</param>
/// <param name="ProducerIds">Only of these producers; empty for all.</param>
/// <param name="OpenForMs">Only those that began longer ago, in ms; -1 for all. Needs brokers since 3.8.</param>
/// <param name="Pattern">Only ids that match all of this expression; null for all. Needs brokers since 4.1.</param>
public sealed record TransactionFilter(
    IReadOnlyList<string>? States = null, IReadOnlyList<long>? ProducerIds = null, long OpenForMs = -1,
    string? Pattern = null);
