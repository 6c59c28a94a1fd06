using System.Collections.Immutable;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Transactions;

/// <summary>Records of <c>__transaction_state</c>, in the versions that Kafka writes: its tools read them.</summary>
public static class TransactionRecords
{
    private const short OldValue = 0;
    private const short FlexibleValue = 1;

    /// <summary>Encodes and decodes them; others are passed over.</summary>
    public static readonly CoordinatorRecordCodec Codec = new(new Dictionary<short, CoordinatorRecordType>
    {
        [TransactionLogKey.TypeId] = new(
            () => new TransactionLogKey(), () => new TransactionLogValue(), TransactionLogValue.HighestVersion),
    });

    internal static CoordinatorRecord Of(TransactionMetadata metadata, short serverVersion)
    {
        var isFlexible = serverVersion >= TransactionVersion.FlexibleLog;
        var value = new TransactionLogValue
        {
            ProducerId = metadata.ProducerId,
            ProducerEpoch = metadata.Epoch,
            TransactionTimeoutMs = metadata.TimeoutMs,
            TransactionStatus = (sbyte)metadata.State,
            TransactionPartitions = metadata.State == TransactionState.Empty ? null : InRecord(metadata.Partitions),
            TransactionLastUpdateTimestampMs = metadata.LastUpdateMs,
            TransactionStartTimestampMs = metadata.StartMs,
        };
        if (isFlexible)
        {
            value.PreviousProducerId = metadata.PreviousProducerId;
            value.NextProducerId = metadata.NextProducerId;
            value.ClientTransactionVersion = metadata.ClientVersion;
        }
        return new CoordinatorRecord(
            new TransactionLogKey { TransactionalId = metadata.TransactionalId }, value,
            isFlexible ? FlexibleValue : OldValue);
    }

    internal static CoordinatorRecord Tombstone(string transactionalId) =>
        CoordinatorRecord.Tombstone(new TransactionLogKey { TransactionalId = transactionalId });

    internal static TransactionMetadata Read(string transactionalId, TransactionLogValue value) => new()
    {
        TransactionalId = transactionalId,
        ProducerId = value.ProducerId,
        PreviousProducerId = value.PreviousProducerId,
        NextProducerId = value.NextProducerId,
        Epoch = value.ProducerEpoch,
        TimeoutMs = value.TransactionTimeoutMs,
        State = (TransactionState)value.TransactionStatus,
        Partitions = FromRecord(value.TransactionPartitions),
        StartMs = value.TransactionStartTimestampMs,
        LastUpdateMs = value.TransactionLastUpdateTimestampMs,
        ClientVersion = value.ClientTransactionVersion,
    };

    // Written three times in every transaction, so without grouping: the set is in the order of topics.
    private static List<TransactionLogValue.PartitionsSchema> InRecord(ImmutableSortedSet<TopicPartition> partitions)
    {
        var topics = new List<TransactionLogValue.PartitionsSchema>();
        foreach (var partition in partitions)
        {
            if (topics.Count == 0 || topics[^1].Topic != partition.Topic)
                topics.Add(new TransactionLogValue.PartitionsSchema { Topic = partition.Topic });
            topics[^1].PartitionIds.Add(partition.Partition);
        }
        return topics;
    }

    private static ImmutableSortedSet<TopicPartition> FromRecord(List<TransactionLogValue.PartitionsSchema>? topics) =>
        topics is null or [] ? [] : [.. topics.SelectMany(topic =>
            topic.PartitionIds.Select(partition => new TopicPartition(topic.Topic, partition)))];
}
