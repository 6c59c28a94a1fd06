using System.Collections.Concurrent;
using Platform.Broker.Metadata;
using Platform.Broker.Replication;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>
/// Tiered storage of a broker (KIP-405): gives every hosted partition of a tiered topic the role that the metadata says.
/// A publisher, after the one that gives partitions their leaders and settings.
/// </summary>
internal sealed class RemoteLogManager(
    BrokerConfig properties, ReplicaManager replicas, RemoteLogContext context, RemotePartitionRemover remover)
    : IMetadataPublisher, IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(Uuid TopicId, int Partition), TieredPartition> _partitions = [];
    private readonly List<Task> _ending = [];
    private bool _isStopped;

    /// <inheritdoc/>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        lock (_partitions)
        {
            if (_isStopped)
                return;
            _ending.RemoveAll(static task => task.IsCompleted);
            if (delta.Configurations.HasChanges)
                SetQuotas(image);
            foreach (var removed in delta.Topics.LocalChanges(context.BrokerId).Removed)
                End((removed.TopicId, removed.Partition));
            if (delta.Topics.HasChanges || delta.Configurations.HasChanges)
                AssignRoles();
        }
        remover.Publish(delta, image);
    }

    /// <summary>Ends all tasks. What they were at is found and finished after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_partitions)
        {
            _isStopped = true;
            foreach (var key in _partitions.Keys.ToList())
                End(key);
        }
        // A store that does not listen to a cancellation must not keep the broker from ending.
        await Task.WhenAll(_ending).WaitAsync(StopLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await remover.DisposeAsync();
    }

    private void AssignRoles()
    {
        foreach (var partition in replicas.Partitions)
        {
            var key = (partition.Id.TopicId, partition.Id.Partition);
            var role = RoleOf(partition);
            if (!_partitions.TryGetValue(key, out var tiered))
            {
                if (role == TieredRole.None)
                    continue;
                _partitions[key] = tiered = new TieredPartition(partition, context);
            }
            tiered.Take(role, partition.LeaderEpoch);
        }
    }

    private static TieredRole RoleOf(Partition partition)
    {
        var config = partition.Log.Config;
        if (!config.RemoteStorageEnable)
            return config.RemoteLogDeleteOnDisable && partition.IsLeader ? TieredRole.Removing : TieredRole.None;
        return partition.IsLeader ? TieredRole.Leading : TieredRole.Following;
    }

    private void End((Uuid, int) key)
    {
        if (_partitions.Remove(key, out var tiered))
            _ending.Add(tiered.DisposeAsync().AsTask());
    }

    private void SetQuotas(MetadataImage image)
    {
        var config = image.Configurations.Effective(properties, context.BrokerId);
        context.CopyQuota.SetRate(config[BrokerConfigs.RemoteLogManagerCopyMaxBytesPerSecond], context.NowMs);
        context.FetchQuota.SetRate(config[BrokerConfigs.RemoteLogManagerFetchMaxBytesPerSecond], context.NowMs);
    }
}
