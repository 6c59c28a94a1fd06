using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

/// <summary>A data directory of a broker.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Error">Why it cannot be used, or none.</param>
/// <param name="TotalBytes">Size of its volume; -1 when unknown.</param>
/// <param name="UsableBytes">Bytes that are free there; -1 when unknown.</param>
/// <param name="IsCordoned">True when it takes no new replicas.</param>
/// <param name="Replicas">What lies in it.</param>
public sealed record LogDirDescription(
    string Path, ErrorCode Error, long TotalBytes, long UsableBytes, bool IsCordoned,
    IReadOnlyList<ReplicaInfo> Replicas);

/// <summary>A replica on a disk.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="SizeInBytes">Bytes of its log.</param>
/// <param name="OffsetLag">Records by which it lags behind.</param>
/// <param name="IsFuture">True for a copy on its way from another directory of the broker.</param>
public sealed record ReplicaInfo(TopicPartition Partition, long SizeInBytes, long OffsetLag, bool IsFuture);

/// <summary>Which replica an election prefers, with Kafka's numbers.</summary>
public enum ElectionType : sbyte
{
    /// <summary>The first replica, when it is in sync.</summary>
    Preferred = 0,
    /// <summary>Any live replica where none is in sync, at the price of lost records.</summary>
    Unclean = 1,
}

public sealed partial class AdminClient
{
    /// <summary>The data directories of a broker, with what lies in them.</summary>
    public async Task<IReadOnlyList<LogDirDescription>> DescribeLogDirsAsync(
        int broker, CancellationToken cancellation = default)
    {
        var response = await SendAsync(new DescribeLogDirsRequest { Topics = null }, Destination.Node(broker),
            cancellation, answer => answer.ErrorCode);
        return response.Results.ConvertAll(directory => new LogDirDescription(directory.LogDir, directory.ErrorCode,
            directory.TotalBytes, directory.UsableBytes, directory.IsCordoned,
            [.. from topic in directory.Topics
                from partition in topic.Partitions
                select new ReplicaInfo(new TopicPartition(topic.Name, partition.PartitionIndex),
                    partition.PartitionSize, partition.OffsetLag, partition.IsFutureKey)]));
    }

    /// <summary>Moves replicas of a broker to other ones of its log directories; returns when the moves have begun.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="directories">Absolute path of the directory where each replica shall be.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>LogDirNotFound for a path that is none of the broker's; ReplicaNotAvailable for a replica that is not there
    /// yet, and will be made in that directory.</returns>
    public async Task<IReadOnlyList<ItemResult<TopicPartition>>> AlterReplicaLogDirsAsync(
        int broker, IReadOnlyDictionary<TopicPartition, string> directories, CancellationToken cancellation = default)
    {
        var request = new AlterReplicaLogDirsRequest
        {
            Dirs = [.. directories.GroupBy(wanted => wanted.Value, StringComparer.Ordinal)
                .Select(directory => new AlterReplicaLogDirsRequest.AlterReplicaLogDir
                {
                    Path = directory.Key,
                    Topics = [.. directory.GroupBy(wanted => wanted.Key.Topic, StringComparer.Ordinal)
                        .Select(topic => new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic
                        {
                            Name = topic.Key,
                            Partitions = [.. topic.Select(wanted => wanted.Key.Partition)],
                        })],
                })],
        };
        var response = await SendAsync(request, Destination.Node(broker), cancellation, static _ => ErrorCode.None);
        return [.. from topic in response.Results
                   from partition in topic.Partitions
                   select new ItemResult<TopicPartition>(
                       new TopicPartition(topic.TopicName, partition.PartitionIndex), partition.ErrorCode, null)];
    }

    /// <summary>Elects leaders of partitions.</summary>
    /// <param name="type">Which replica shall lead.</param>
    /// <param name="partitions">The partitions; null for all, of which only those that change are told.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<IReadOnlyList<ItemResult<TopicPartition>>> ElectLeadersAsync(
        ElectionType type, IReadOnlyCollection<TopicPartition>? partitions, CancellationToken cancellation = default)
    {
        var request = new ElectLeadersRequest
        {
            ElectionType = (sbyte)type,
            TimeoutMs = TimeoutMs,
            TopicPartitions = partitions is null ? null
                : [.. partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal)
                    .Select(topic => new ElectLeadersRequest.TopicPartitionsData
                    {
                        Topic = topic.Key,
                        Partitions = [.. topic.Select(partition => partition.Partition)],
                    })],
        };
        var response = await SendAsync(request, Destination.Controller, cancellation, answer => answer.ErrorCode);
        return [.. from topic in response.ReplicaElectionResults
                   from partition in topic.PartitionResult
                   select new ItemResult<TopicPartition>(new TopicPartition(topic.Topic, partition.PartitionId),
                       partition.ErrorCode, partition.ErrorMessage)];
    }
}
