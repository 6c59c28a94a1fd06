using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Cluster.Metadata;
using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>
/// Carries the decisions of the transaction coordinator to the leaders of partitions, here or elsewhere, and keeps
/// trying for as long as this broker coordinates: a decision that is in the log is final.
/// </summary>
/// <param name="brokerId">This broker.</param>
/// <param name="local">Writes to partitions that are led here.</param>
/// <param name="peers">The way to other brokers.</param>
/// <param name="image">The newest metadata.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where problems are told.</param>
internal sealed class MarkerSender(
    int brokerId, MarkerWriter local, PeerBrokers peers, Func<MetadataImage> image, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan RetryBackoff = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>Begins to write; markers of partitions that are led here are written when this returns.</summary>
    /// <param name="coordinator">Is told when all are written.</param>
    /// <param name="partition">Partition of the transaction topic that the decision is in.</param>
    /// <param name="coordinatorEpoch">The epoch in which it is led here.</param>
    /// <param name="markers">What to write.</param>
    public async void Send(
        TransactionCoordinator coordinator, int partition, int coordinatorEpoch, WriteTransactionMarkers markers)
    {
        try
        {
            var left = new List<TopicPartition>(markers.Partitions);
            while (true)
            {
                if (left.Count > 0)
                    left = await SendAsync(left, coordinatorEpoch, markers);
                // Nobody waits for the note when another broker coordinates: it finds the decision in its log.
                if (left.Count == 0 && coordinator.OnMarkersWritten(partition, coordinatorEpoch, markers)
                    is ErrorCode.None or ErrorCode.NotCoordinator)
                    return;
                await Task.Delay(RetryBackoff, time, _stopped.Token);
                if (!coordinator.IsLed(partition, coordinatorEpoch))
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops; the next start finds the decision in the log.
        }
        catch (Exception error)
        {
            logger.MarkersFailed(error, markers.TransactionalId);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stopped.Cancel();

    private async ValueTask<List<TopicPartition>> SendAsync(
        List<TopicPartition> partitions, int coordinatorEpoch, WriteTransactionMarkers markers)
    {
        // The usual case of a small cluster, and what the producer's next step waits for.
        if (partitions.TrueForAll(partition => LeaderOf(partition) == brokerId))
        {
            var response = await local.WriteAsync(Request(partitions, coordinatorEpoch, markers));
            return [.. Failed(response, partitions, markers.TransactionalId)];
        }
        var left = new List<TopicPartition>();
        // Partitions of topics that are gone need no marker.
        foreach (var leader in partitions.Where(Exists).GroupBy(LeaderOf).OrderBy(leader => leader.Key != brokerId))
        {
            var request = Request(leader, coordinatorEpoch, markers);
            left.AddRange(leader.Key < 0
                ? leader
                : Failed(await SendAsync(leader.Key, request), leader, markers.TransactionalId));
        }
        return left;
    }

    private async ValueTask<WriteTxnMarkersResponse?> SendAsync(int leader, WriteTxnMarkersRequest request)
    {
        if (leader == brokerId)
            return await local.WriteAsync(request);
        try
        {
            return await peers.SendAsync(leader, request);
        }
        catch (KafkaException error)
        {
            logger.MarkersDelayed(leader, error.Message);
            return null;
        }
    }

    private IEnumerable<TopicPartition> Failed(
        WriteTxnMarkersResponse? response, IEnumerable<TopicPartition> sent, string transactionalId)
    {
        if (response is null)
            return sent;
        var failed = new List<TopicPartition>();
        foreach (var topic in response.Markers[0].Topics)
        {
            foreach (var result in topic.Partitions)
            {
                if (result.ErrorCode == ErrorCode.None)
                    continue;
                // A newer epoch in the partition means that this transaction is not open there any more.
                if (result.ErrorCode is ErrorCode.InvalidProducerEpoch or ErrorCode.TransactionCoordinatorFenced)
                    logger.MarkerRefused(transactionalId, topic.Name, result.PartitionIndex, result.ErrorCode);
                else
                    failed.Add(new TopicPartition(topic.Name, result.PartitionIndex));
            }
        }
        return failed;
    }

    private bool Exists(TopicPartition partition) => image().Topics.Find(partition) is not null;

    private int LeaderOf(TopicPartition partition) => image().Topics.Find(partition)?.Leader ?? -1;

    private static WriteTxnMarkersRequest Request(
        IEnumerable<TopicPartition> partitions, int coordinatorEpoch, WriteTransactionMarkers markers) => new()
        {
            Markers =
            [
                new()
                {
                    ProducerId = markers.ProducerId,
                    ProducerEpoch = markers.ProducerEpoch,
                    TransactionResult = markers.Commit,
                    CoordinatorEpoch = coordinatorEpoch,
                    TransactionVersion = (sbyte)markers.Version,
                    Topics = ByTopic(partitions),
                },
            ],
        };

    private static List<WriteTxnMarkersRequest.WritableTxnMarkerTopic> ByTopic(IEnumerable<TopicPartition> partitions)
    {
        var topics = new List<WriteTxnMarkersRequest.WritableTxnMarkerTopic>();
        foreach (var partition in partitions)
        {
            var topic = topics.Find(topic => topic.Name == partition.Topic);
            if (topic is null)
                topics.Add(topic = new() { Name = partition.Topic });
            topic.PartitionIndexes.Add(partition.Partition);
        }
        return topics;
    }
}
