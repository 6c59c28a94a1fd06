using Platform.Broker.Metadata;
using Platform.Broker.Replication;
using Platform.Client;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>
/// Deletes everything remote of topics that were deleted (KIP-405). The leader of the partition of
/// <c>__remote_log_metadata</c> that tells of the copies does it: it exists as long as there is anything to delete. One that
/// takes the lead looks for what the leader before did not finish.
/// </summary>
/// <param name="replicas">Where the metadata partitions are read.</param>
/// <param name="context">What tiered partitions share.</param>
/// <param name="isDeleted">True when the topic is surely gone: the metadata of this broker, which may lag, is not enough.
/// </param>
internal sealed class RemotePartitionRemover(
    ReplicaManager replicas, RemoteLogContext context, Func<Uuid, CancellationToken, ValueTask<bool>> isDeleted)
    : IAsyncDisposable
{
    private const int ReadBytes = 1 << 20;
    private const int MaxDecompressedBytes = 64 << 20;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _running = [];
    private readonly HashSet<(Uuid TopicId, int Partition)> _removing = [];
    private readonly Dictionary<int, int> _ledEpochs = [];

    /// <summary>Takes deleted topics and new leaderships on.</summary>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        if (image.Topics.Find(RemoteLogMetadataManager.Topic) is not { } metadata)
            return;
        for (var number = 0; number < metadata.Partitions.Count; number++)
            if (metadata.Partitions[number] is var registration && registration.Leader == context.BrokerId)
                Lead(number, registration.LeaderEpoch);
        foreach (var topic in delta.Topics.Deleted.Values)
            if (MayHaveCopies(delta.Image, topic.Name))
                Remove(topic, metadata);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_lock)
            running = [.. _running];
        await Task.WhenAll(running);
        _stop.Dispose();
    }

    private static bool MayHaveCopies(MetadataImage before, string topic) =>
        before.Configurations.OfTopic(topic).ContainsKey(TopicConfigs.RemoteStorageEnable.Name);

    private void Remove(TopicImage topic, TopicImage metadata)
    {
        for (var number = 0; number < topic.Partitions.Count; number++)
        {
            var id = new TopicIdPartition(topic.Id, new TopicPartition(topic.Name, number));
            var at = RemoteLogMetadataPartitioner.PartitionFor(id, metadata.Partitions.Count);
            if (metadata.Partitions[at].Leader == context.BrokerId)
                Start(RemoveAsync(id, _stop.Token));
        }
    }

    private void Lead(int number, int leaderEpoch)
    {
        if (_ledEpochs.GetValueOrDefault(number, -1) == leaderEpoch)
            return;
        _ledEpochs[number] = leaderEpoch;
        Start(RemoveOrphansAsync(number, _stop.Token));
    }

    private void Start(Task task)
    {
        lock (_lock)
        {
            _running.RemoveAll(static done => done.IsCompleted);
            _running.Add(task);
        }
    }

    private async Task RemoveOrphansAsync(int number, CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        for (var failures = 1; !stop.IsCancellationRequested; failures++)
        {
            try
            {
                foreach (var id in Scan(number))
                    if (await isDeleted(id.TopicId, stop))
                        Start(RemoveAsync(id, stop));
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                await PauseAsync(
                    new TopicPartition(RemoteLogMetadataManager.Topic, number), failures, error.Message, stop);
            }
        }
    }

    // The metadata partition is led here, so that all of it is on this disk.
    private IEnumerable<TopicIdPartition> Scan(int number)
    {
        if (replicas.Find(new TopicPartition(RemoteLogMetadataManager.Topic, number)) is not { } partition)
            return [];
        var live = new Dictionary<TopicIdPartition, HashSet<Uuid>>();
        var offset = partition.Log.LogStartOffset;
        while (offset < partition.Log.HighWatermark)
        {
            var read = partition.Log.Read(offset, ReadBytes, FetchIsolation.HighWatermark, minOneMessage: true);
            var bytes = new byte[read.Records.SizeInBytes];
            read.Records.Slice?.CopyTo(bytes);
            read.Release();
            if (read.Error != ErrorCode.None)
                throw new KafkaException(read.Error, $"reading {partition.Id.TopicPartition} at {offset}");
            if (bytes.Length == 0)
                break;
            offset = Collect(bytes, offset, live);
        }
        return live.Where(static entry => entry.Value.Count > 0).Select(static entry => entry.Key);
    }

    private static long Collect(byte[] bytes, long offset, Dictionary<TopicIdPartition, HashSet<Uuid>> live)
    {
        foreach (var batch in RecordBatches.In(bytes))
        {
            offset = batch.Header.NextOffset;
            if (batch.Header.IsControl)
                continue;
            foreach (var record in batch.Records(MaxDecompressedBytes))
                Collect(record, live);
        }
        return offset;
    }

    private static void Collect(Record record, Dictionary<TopicIdPartition, HashSet<Uuid>> live)
    {
        if (RemoteLogMetadataSerde.Read(record.Value ?? ReadOnlyMemory<byte>.Empty) is not var (partition, change))
            return;
        if (change is RemoteLogSegmentMetadata begun)
        {
            if (!live.TryGetValue(partition, out var ids))
                live[partition] = ids = [];
            ids.Add(begun.RemoteLogSegmentId.Id);
        }
        else if (change is RemoteLogSegmentMetadataUpdate { State: RemoteLogSegmentState.DeleteSegmentFinished } gone)
        {
            live.GetValueOrDefault(partition)?.Remove(gone.RemoteLogSegmentId.Id);
        }
        else if (change is RemotePartitionDeletion { State: RemotePartitionDeleteState.DeletePartitionFinished })
        {
            live.Remove(partition);
        }
    }

    private async Task RemoveAsync(TopicIdPartition id, CancellationToken stop)
    {
        lock (_lock)
            if (!_removing.Add((id.TopicId, id.Partition)))
                return;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var known = context.Metadata.Track(id);
        for (var failures = 1; !stop.IsCancellationRequested; failures++)
        {
            try
            {
                await known.WhenInitialized.WaitAsync(stop);
                await RemoveAllAsync(id, known.Cache, stop);
                // The leader may have begun a copy before it heard of the deletion.
                await Task.Delay(context.Settings.TaskInterval, context.Time, stop);
                await RemoveAllAsync(id, known.Cache, stop);
                break;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                await PauseAsync(id.TopicPartition, failures, error.Message, stop);
            }
        }
        context.Metadata.Forget(id);
        lock (_lock)
            _removing.Remove((id.TopicId, id.Partition));
    }

    private async Task RemoveAllAsync(TopicIdPartition id, RemoteLogMetadataCache cache, CancellationToken stop)
    {
        var segments = cache.Segments;
        if (segments.Count == 0)
            return;
        await context.ExpirationSlots.WaitAsync(stop);
        try
        {
            await NoteAsync(id, RemotePartitionDeleteState.DeletePartitionMarked, stop);
            await NoteAsync(id, RemotePartitionDeleteState.DeletePartitionStarted, stop);
            foreach (var segment in segments)
                await RemoteDeletion.DeleteAsync(context, segment, stop);
            await NoteAsync(id, RemotePartitionDeleteState.DeletePartitionFinished, stop);
        }
        finally
        {
            context.ExpirationSlots.Release();
        }
        context.Logger.AllDeleted(id.TopicPartition, segments.Count);
        context.Metrics.Forget(id.Topic);
    }

    private Task NoteAsync(TopicIdPartition id, RemotePartitionDeleteState state, CancellationToken stop) =>
        context.Metadata.UpdateAsync(new RemotePartitionDeletion(id, state, context.NowMs, context.BrokerId), stop);

    private async Task PauseAsync(TopicPartition partition, int failures, string reason, CancellationToken stop)
    {
        var pause = context.Settings.RetryAfter(failures, Random.Shared.NextDouble());
        context.Logger.TaskFailed(partition, "deleting what a deleted topic left in remote storage", failures,
            (long)pause.TotalMilliseconds, reason);
        await Task.Delay(pause, context.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
