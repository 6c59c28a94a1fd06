using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>DescribeLogDirs (key 35): how many bytes each partition takes on this broker, by directory.</summary>
internal sealed class DescribeLogDirsHandler(ReplicaManager replicas, LogManager logs, IFileSystem files)
    : IApiHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    public ValueTask<DescribeLogDirsResponse?> HandleAsync(DescribeLogDirsRequest request, RequestContext context)
    {
        var wanted = request.Topics?.SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Topic, p))).ToHashSet();
        var response = new DescribeLogDirsResponse();
        foreach (var directory in logs.Directories)
            response.Results.Add(directory.Failure is null ? Describe(directory.Path, wanted) : Offline(directory.Path));
        return new(response);
    }

    public DescribeLogDirsResponse? Fail(DescribeLogDirsRequest request, ErrorCode error, string message) => new() { ErrorCode = error };

    private static DescribeLogDirsResponse.DescribeLogDirsResult Offline(string directory) =>
        new() { LogDir = directory, ErrorCode = ErrorCode.KafkaStorageError };

    private DescribeLogDirsResponse.DescribeLogDirsResult Describe(string directory, HashSet<TopicPartition>? wanted)
    {
        var result = new DescribeLogDirsResponse.DescribeLogDirsResult
        {
            LogDir = directory,
            TotalBytes = files.TotalBytes(directory),
            UsableBytes = files.AvailableBytes(directory),
        };
        var there = replicas.Partitions.Where(p => wanted is null || wanted.Contains(p.Id.TopicPartition))
            .SelectMany(p => LogsOf(p, directory)).GroupBy(log => log.TopicPartition.Topic)
            .OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var topic in there)
            result.Topics.Add(new()
            {
                Name = topic.Key,
                Partitions = [.. topic.OrderBy(log => log.TopicPartition.Partition).Select(Describe)],
            });
        return result;
    }

    private static IEnumerable<UnifiedLog> LogsOf(Partition partition, string directory) =>
        new[] { partition.Log, partition.FutureLog }.OfType<UnifiedLog>().Where(log => log.LogDirectory.Path == directory);

    // A copy lags behind the log that it is a copy of.
    private DescribeLogDirsResponse.DescribeLogDirsPartition Describe(UnifiedLog log)
    {
        var current = log.IsFuture ? replicas.Find(log.TopicPartition)?.Log.LogEndOffset : log.HighWatermark;
        return new()
        {
            PartitionIndex = log.TopicPartition.Partition,
            PartitionSize = log.SizeInBytes,
            OffsetLag = Math.Max(0, (current ?? 0) - log.LogEndOffset),
            IsFutureKey = log.IsFuture,
        };
    }
}
