using Microsoft.Extensions.Logging;
using Platform.Broker.Metadata;
using Platform.Client;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Lifecycle;

/// <summary>Tells the controller in which log directory this broker keeps each replica (KIP-858): what has gathered goes into
/// one AssignReplicasToDirs, one request is under way at a time. Runs only while there is something to tell.</summary>
internal sealed class AssignmentsManager(
    int brokerId, Func<long> brokerEpoch, IControllerChannel controller, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Most replicas of one request, as in Kafka: it stays below 64 KB.</summary>
    internal const int MaxAssignmentsPerRequest = 2250;

    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<TopicIdPartition, Uuid> _untold = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _telling = Task.CompletedTask;
    private bool _isTelling;

    /// <summary>A replica lies in a directory, and the metadata says something else. Replaces what was to be told of it
    /// before.</summary>
    public void OnAssignment(TopicIdPartition partition, Uuid directory)
    {
        lock (_lock)
        {
            _untold[partition] = directory;
            if (_isTelling || _stopping.IsCancellationRequested)
                return;
            _isTelling = true;
            _telling = TellAllAsync();
        }
    }

    /// <summary>The metadata is right about the replica, or the replica is gone.</summary>
    public void Forget(TopicIdPartition partition)
    {
        lock (_lock)
            _untold.Remove(partition);
    }

    /// <summary>Stops telling.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task TellAllAsync()
    {
        // The caller holds our lock, and is the thread that takes new metadata.
        await Task.Yield();
        var delay = FirstRetryDelay;
        while (Take() is { Count: > 0 } batch)
        {
            if (await TellAsync(batch))
            {
                delay = FirstRetryDelay;
                continue;
            }
            Return(batch);
            await Task.Delay(delay, time, _stopping.Token);
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestRetryDelay.Ticks));
        }
    }

    private List<KeyValuePair<TopicIdPartition, Uuid>> Take()
    {
        lock (_lock)
        {
            var batch = _stopping.IsCancellationRequested ? [] : _untold.Take(MaxAssignmentsPerRequest).ToList();
            foreach (var (partition, _) in batch)
                _untold.Remove(partition);
            _isTelling = batch.Count > 0;
            return batch;
        }
    }

    private void Return(List<KeyValuePair<TopicIdPartition, Uuid>> batch)
    {
        lock (_lock)
        {
            foreach (var (partition, directory) in batch)
                _untold.TryAdd(partition, directory);
        }
    }

    // True when the controller has answered; what it refuses for one replica, newer metadata settles.
    private async Task<bool> TellAsync(List<KeyValuePair<TopicIdPartition, Uuid>> batch)
    {
        try
        {
            var response = await controller.SendAsync(Request(batch), cancellation: _stopping.Token);
            if (response.ErrorCode != ErrorCode.None)
            {
                logger.AssignmentsFailed(batch.Count, response.ErrorCode.Describe());
                return false;
            }
            var refused = response.Directories.SelectMany(directory => directory.Topics)
                .SelectMany(topic => topic.Partitions).Where(partition => partition.ErrorCode != ErrorCode.None).ToList();
            logger.Assigned(batch.Count - refused.Count);
            if (refused.Count > 0)
                logger.AssignmentsFailed(refused.Count, refused[0].ErrorCode.Describe());
            return true;
        }
        catch (KafkaException error)
        {
            logger.AssignmentsFailed(batch.Count, error.Message);
            return false;
        }
    }

    private AssignReplicasToDirsRequest Request(List<KeyValuePair<TopicIdPartition, Uuid>> batch) => new()
    {
        BrokerId = brokerId,
        BrokerEpoch = brokerEpoch(),
        Directories = [.. batch.GroupBy(each => each.Value).Select(directory => new AssignReplicasToDirsRequest.DirectoryData
        {
            Id = directory.Key,
            Topics = [.. directory.GroupBy(each => each.Key.TopicId).Select(topic => new AssignReplicasToDirsRequest.TopicData
            {
                TopicId = topic.Key,
                Partitions = [.. topic.Select(each =>
                    new AssignReplicasToDirsRequest.PartitionData { PartitionIndex = each.Key.Partition })],
            })],
        })],
    };
}
