using Microsoft.Extensions.Logging;
using Platform.Broker.Metadata;
using Platform.Client;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Replication;

/// <summary>
/// Asks the controller for changes of in-sync replicas: what has gathered goes into one AlterPartition, and one request
/// is under way at a time, so that a burst of changes costs few commits. Runs only while there is something to ask for.
/// </summary>
internal sealed class AlterPartitionManager(
    int brokerId, Func<long> brokerEpoch, IControllerChannel controller, TimeProvider time, ILogger logger)
    : IIsrChannel, IAsyncDisposable
{
    /// <summary>Most partitions of one request, so that its records fit into one batch.</summary>
    internal const int MaxPartitionsPerRequest = 5_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Queue<Item> _unsent = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _sending = Task.CompletedTask;
    private bool _isSending;

    private sealed record Item(TopicIdPartition Partition, IsrChange Change, Func<IsrAnswer, IsrOutcome> OnAnswer);

    /// <inheritdoc/>
    public void Submit(TopicIdPartition partition, IsrChange change, Func<IsrAnswer, IsrOutcome> onAnswer)
    {
        lock (_lock)
        {
            _unsent.Enqueue(new Item(partition, change, onAnswer));
            if (_isSending || _stopping.IsCancellationRequested)
                return;
            _isSending = true;
            _sending = SendAllAsync();
        }
    }

    /// <summary>Stops asking.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAllAsync()
    {
        // The caller holds our lock, and is a handler that wants to go on.
        await Task.Yield();
        while (Take() is { Count: > 0 } items)
        {
            var answers = await AskAsync(items);
            var isRetrying = false;
            foreach (var item in items)
                isRetrying |= !Settle(item, answers);
            if (isRetrying)
                await Task.Delay(RetryDelay, time, _stopping.Token);
        }
    }

    private List<Item> Take()
    {
        lock (_lock)
        {
            var items = new List<Item>();
            while (!_stopping.IsCancellationRequested && items.Count < MaxPartitionsPerRequest
                && _unsent.TryDequeue(out var item))
                items.Add(item);
            _isSending = items.Count > 0;
            return items;
        }
    }

    // Never throws: whatever goes wrong, the partitions hear of it and say whether they still want to know.
    private async Task<Dictionary<(Uuid, int), IsrAnswer>> AskAsync(List<Item> items)
    {
        try
        {
            var response = await controller.SendAsync(Request(items), cancellation: _stopping.Token);
            if (response.ErrorCode == ErrorCode.None)
                return Answers(response);
            logger.IsrChangesFailed(items.Count, response.ErrorCode.Describe());
        }
        catch (Exception error) when (error is KafkaException or OperationCanceledException)
        {
            logger.IsrChangesFailed(items.Count, error.Message);
        }
        return [];
    }

    private bool Settle(Item item, Dictionary<(Uuid, int), IsrAnswer> answers)
    {
        var answer = answers.GetValueOrDefault((item.Partition.TopicId, item.Partition.Partition))
            ?? IsrAnswer.Failed(ErrorCode.RequestTimedOut);
        var outcome = Tell(item, answer);
        logger.IsrChangeAnswered(item.Partition.TopicPartition, item.Change.LeaderEpoch, outcome, answer.Error);
        if (outcome != IsrOutcome.Retry)
            return true;
        lock (_lock)
            _unsent.Enqueue(item);
        return false;
    }

    // One partition that cannot take its answer must not keep all others from changing.
    private IsrOutcome Tell(Item item, IsrAnswer answer)
    {
        try
        {
            return item.OnAnswer(answer);
        }
        catch (Exception error)
        {
            logger.IsrAnswerFailed(error, item.Partition.TopicPartition);
            return IsrOutcome.Unsettled;
        }
    }

    private AlterPartitionRequest Request(List<Item> items) => new()
    {
        BrokerId = brokerId,
        BrokerEpoch = brokerEpoch(),
        Topics = [.. items.GroupBy(item => item.Partition.TopicId).Select(topic => new AlterPartitionRequest.TopicData
        {
            TopicId = topic.Key,
            Partitions = [.. topic.Select(item => Describe(item.Partition.Partition, item.Change))],
        })],
    };

    private static AlterPartitionRequest.PartitionData Describe(int partition, IsrChange change) => new()
    {
        PartitionIndex = partition,
        LeaderEpoch = change.LeaderEpoch,
        PartitionEpoch = change.PartitionEpoch,
        NewIsrWithEpochs = [.. change.NewIsr.Select(member => new AlterPartitionRequest.BrokerState
        {
            BrokerId = member.BrokerId,
            BrokerEpoch = member.BrokerEpoch,
        })],
    };

    private static Dictionary<(Uuid, int), IsrAnswer> Answers(AlterPartitionResponse response)
    {
        var answers = new Dictionary<(Uuid, int), IsrAnswer>();
        foreach (var topic in response.Topics)
            foreach (var partition in topic.Partitions)
                answers[(topic.TopicId, partition.PartitionIndex)] = new IsrAnswer(
                    partition.ErrorCode, partition.LeaderEpoch, partition.PartitionEpoch, partition.Isr);
        return answers;
    }
}
