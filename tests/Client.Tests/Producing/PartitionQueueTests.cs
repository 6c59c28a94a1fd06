using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Client.Tests.Producing;

/// <summary>What may leave a partition's queue, and when.</summary>
public sealed class PartitionQueueTests
{
    private const int MaxInFlight = 5;
    private static readonly ProducerOptions Options = new() { LingerMs = 0, MaxInFlightRequestsPerConnection = MaxInFlight };
    private readonly PartitionQueue _queue = new(new TopicPartition("orders", 0), Options);

    [Fact]
    public void Nothing_overtakes_a_batch_without_outcome_by_more_than_the_broker_remembers()
    {
        var first = Take(Enumerable.Range(0, MaxInFlight).Select(_ => Add()).ToList());
        Add();

        // The answers to the later ones came first; the first one's was lost.
        foreach (var later in first.Skip(1))
            _queue.OnDone(later, failed: false);

        Assert.False(_queue.Readiness(nowMs: 0, hurry: true).IsReady);
    }

    [Fact]
    public void The_next_batch_leaves_once_the_oldest_is_through()
    {
        var first = Take(Enumerable.Range(0, MaxInFlight).Select(_ => Add()).ToList());
        Add();

        _queue.OnDone(first[0], failed: false);

        Assert.True(_queue.Readiness(nowMs: 0, hurry: true).IsReady);
    }

    private ProducerBatch Add()
    {
        var batch = new ProducerBatch(Options);
        _queue.Add(batch, reservedBytes: 0, nowMs: 0);
        batch.TryAppend(new ProducerRecord("orders", new byte[1]), size: 1, timestamp: 0, target: null, state: null);
        return batch;
    }

    private List<ProducerBatch> Take(List<ProducerBatch> batches)
    {
        foreach (var batch in batches)
            Assert.Same(batch, _queue.Take(new ProducerIdentity(1, 0), int.MaxValue));
        return batches;
    }
}
