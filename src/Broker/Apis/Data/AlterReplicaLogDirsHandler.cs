using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>AlterReplicaLogDirs (key 34): moves replicas of this broker to other ones of its log directories (KIP-113). Answers
/// when the moves have begun; DescribeLogDirs shows how far they are.</summary>
/// <remarks>A replica that is not here yet is answered with ReplicaNotAvailable, and made in the wanted directory once it
/// comes: tools ask before they reassign, and again afterwards.</remarks>
internal sealed class AlterReplicaLogDirsHandler(ReplicaManager replicas, LogManager logs, ReplicaAlterLogDirsManager moves)
    : IApiHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>
{
    public ValueTask<AlterReplicaLogDirsResponse?> HandleAsync(AlterReplicaLogDirsRequest request, RequestContext context) =>
        new(Answer(request, Alter));

    public AlterReplicaLogDirsResponse? Fail(AlterReplicaLogDirsRequest request, ErrorCode error, string message) =>
        Answer(request, (_, _) => error);

    private static AlterReplicaLogDirsResponse Answer(
        AlterReplicaLogDirsRequest request, Func<TopicPartition, string, ErrorCode> alter) => new()
    {
        Results = [.. from directory in request.Dirs
                      from topic in directory.Topics
                      from partition in topic.Partitions
                      select (topic.Name, Partition: partition, directory.Path) into asked
                      group asked by asked.Name into topic
                      select new AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult
                      {
                          TopicName = topic.Key,
                          Partitions = [.. topic.Select(asked => new AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult
                          {
                              PartitionIndex = asked.Partition,
                              ErrorCode = alter(new TopicPartition(asked.Name, asked.Partition), asked.Path),
                          })],
                      }],
    };

    private ErrorCode Alter(TopicPartition partition, string path)
    {
        if (!LogManager.MayMove(partition))
            return ErrorCode.InvalidTopicException;
        if (path.Length == 0 || logs.FindDirectory(partition, path) is not { } directory)
            return ErrorCode.LogDirNotFound;
        if (directory.Failure is not null)
            return ErrorCode.KafkaStorageError;
        if (replicas.Find(partition) is { } hosted)
            return moves.Begin(hosted, directory);
        logs.Prefer(partition, directory);
        return ErrorCode.ReplicaNotAvailable;
    }
}
