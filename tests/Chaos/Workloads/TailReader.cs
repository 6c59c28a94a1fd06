using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Chaos.Workloads;

/// <summary>Reads whole partitions from their beginning, outside of any group: it may neither skip nor go back.</summary>
public sealed class TailReader(
    string name, ChaosCluster cluster, Recorder recorder, string topic, int partitions, bool committed)
    : Workload(name, cluster, recorder)
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(string incarnation, CancellationToken stop)
    {
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = Cluster.BootstrapServers,
            ClientId = Name,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = committed ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted,
            RequestTimeoutMs = 5_000,
            SocketConnectionSetupTimeoutMs = 3_000,
        });
        consumer.Assign(Enumerable.Range(0, partitions).Select(number => new TopicPartition(topic, number)));
        while (!stop.IsCancellationRequested)
            foreach (var result in await consumer.PollAsync(TimeSpan.FromMilliseconds(200)))
                Recorder.Add(new Consumed(incarnation, null, committed, result.TopicPartition, result.Offset,
                    Mark.Parse(result.Value!.Value.Span)) { EndedUs = Recorder.NowUs });
    }
}
