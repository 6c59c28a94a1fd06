using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Chaos.Workloads;

/// <summary>Reads everything that is there in the end.</summary>
public static class FinalReader
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Adds every record of the topics to the history, as it is and as committed readers see it.</summary>
    public static async Task ReadAsync(ChaosCluster cluster, Recorder recorder, IReadOnlyList<string> topics)
    {
        await using var admin = cluster.Admin();
        using var limit = new CancellationTokenSource(Limit);
        var partitions = (await admin.DescribeTopicsAsync([.. topics], limit.Token))
            .SelectMany(topic => topic.Partitions.Select(p => new TopicPartition(topic.Name, p.Index))).ToList();
        foreach (var committed in new[] { false, true })
            await ReadAsync(cluster, admin, recorder, partitions, committed, limit.Token);
    }

    private static async Task ReadAsync(ChaosCluster cluster, AdminClient admin, Recorder recorder,
        List<TopicPartition> partitions, bool committed, CancellationToken limit)
    {
        var ends = await StableEndsAsync(admin, partitions, limit);
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            ClientId = "final",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = committed ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted,
        });
        consumer.Assign(partitions);
        try
        {
            while (ends.Any(end => end.Value > 0 && (consumer.Position(end.Key) ?? 0) < end.Value))
                foreach (var result in await consumer.PollAsync(TimeSpan.FromMilliseconds(100), limit))
                    recorder.Add(new FinalRecord(result.TopicPartition, result.Offset, Mark.Parse(result.Value!.Value.Span), committed));
        }
        catch (OperationCanceledException)
        {
            var stuck = ends.Where(end => (consumer.Position(end.Key) ?? 0) < end.Value)
                .Select(end => $"{end.Key} at {consumer.Position(end.Key)} of {end.Value}");
            recorder.Add(new Failure("final read", $"stuck for {Limit.TotalSeconds} s (committed: {committed}): {string.Join(", ", stuck)}"));
        }
    }

    // Open transactions of producers that are gone time out; until then the stable end stands still.
    private static async Task<Dictionary<TopicPartition, long>> StableEndsAsync(
        AdminClient admin, List<TopicPartition> partitions, CancellationToken limit)
    {
        var specs = partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest);
        while (true)
        {
            var stable = await admin.ListOffsetsAsync(specs, readCommitted: true, limit);
            var ends = await admin.ListOffsetsAsync(specs, readCommitted: false, limit);
            if (partitions.TrueForAll(p => ends[p].Error == ErrorCode.None && stable[p].Offset == ends[p].Offset))
                return partitions.ToDictionary(partition => partition, partition => ends[partition].Offset);
            await Task.Delay(200, limit);
        }
    }
}
