using Platform.Client;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>An open transaction in a partition that no coordinator will end.</summary>
internal sealed record HangingTransaction(
    string Topic, int Partition, long ProducerId, int ProducerEpoch, int CoordinatorEpoch, long StartOffset,
    DateTimeOffset? LastTimestamp);

/// <summary>Compares what partitions believe to be open with what coordinators know (KIP-664).</summary>
internal static class HangingTransactions
{
    /// <summary>Open transactions without a record for longer than any transaction may last, which no coordinator has
    /// as ongoing with that partition.</summary>
    public static async Task<IReadOnlyList<HangingTransaction>> FindAsync(
        AdminClient admin, IReadOnlyList<TopicPartition> partitions, TimeSpan maxTimeout, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var since = (now - maxTimeout).ToUnixTimeMilliseconds();
        var known = await admin.DescribeProducersAsync(partitions, cancellation);
        var candidates = known.OrderBy(entry => entry.Key)
            .SelectMany(entry => (entry.Value.Producers ?? []).Select(producer => (Partition: entry.Key, Producer: producer)))
            .Where(entry => entry.Producer.TransactionStartOffset is not null && entry.Producer.LastTimestampMs < since)
            .ToList();
        if (candidates.Count == 0)
            return [];
        var coordinated = await CoordinatedAsync(
            admin, [.. candidates.Select(candidate => candidate.Producer.ProducerId).Distinct()], cancellation);
        return [.. candidates
            .Where(candidate => !coordinated.Contains((candidate.Producer.ProducerId, candidate.Partition)))
            .Select(candidate => new HangingTransaction(
                candidate.Partition.Topic, candidate.Partition.Partition, candidate.Producer.ProducerId,
                candidate.Producer.ProducerEpoch, candidate.Producer.CoordinatorEpoch,
                candidate.Producer.TransactionStartOffset!.Value,
                candidate.Producer.LastTimestampMs < 0
                    ? null
                    : DateTimeOffset.FromUnixTimeMilliseconds(candidate.Producer.LastTimestampMs)))];
    }

    private static async Task<HashSet<(long ProducerId, TopicPartition Partition)>> CoordinatedAsync(
        AdminClient admin, IReadOnlyList<long> producerIds, CancellationToken cancellation)
    {
        var coordinated = new HashSet<(long, TopicPartition)>();
        foreach (var listed in await admin.ListTransactionsAsync(new TransactionFilter(ProducerIds: producerIds), cancellation))
        {
            try
            {
                var described = await admin.DescribeTransactionAsync(listed.TransactionalId, cancellation);
                foreach (var partition in described.Partitions)
                    coordinated.Add((described.ProducerId, partition));
            }
            catch (KafkaException error) when (error.Code == ErrorCode.TransactionalIdNotFound)
            {
                // It expired meanwhile.
            }
        }
        return coordinated;
    }
}
