using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>Checks and makes new partitions.</summary>
internal static class NewPartition
{
    /// <summary>The record of a new partition on brokers that <see cref="CheckAssignment"/> or the
    /// placer allowed.</summary>
    public static PartitionRecord Record(ClusterImage cluster, Uuid topicId, int number, IReadOnlyList<int> replicas)
    {
        var isr = replicas.Where(cluster.IsActive).ToList();
        return new PartitionRecord
        {
            TopicId = topicId,
            PartitionId = number,
            Replicas = [.. replicas],
            Directories = [.. replicas.Select(replica => DirectoryOf(cluster, replica))],
            Isr = isr,
            Leader = isr[0],
            LeaderEpoch = 0,
            PartitionEpoch = 0,
        };
    }

    /// <summary>Brokers on which the controller may place replicas by itself (KIP-1066).</summary>
    public static IEnumerable<BrokerRegistration> Candidates(ClusterImage cluster) =>
        cluster.Brokers.Values.Where(broker => broker.TakesNewReplicas);

    /// <summary>Null when partitions can be placed so.</summary>
    public static ApiError? CheckPlacement(ClusterImage cluster, int replicationFactor)
    {
        if (!Candidates(cluster).Any(broker => broker.IsActive))
            return new ApiError(ErrorCode.InvalidReplicationFactor, cluster.Brokers.Values.Any(broker => broker.IsActive)
                ? "every active broker is cordoned (cordoned.log.dirs); undrain one, or start another"
                : "no broker is active; start one and try again");
        var brokers = Candidates(cluster).Count();
        var cordoned = cluster.Brokers.Count - brokers;
        return replicationFactor <= brokers ? null : new ApiError(ErrorCode.InvalidReplicationFactor,
            $"replication factor {replicationFactor} is more than the number of registered brokers: {brokers}"
            + (cordoned > 0 ? $", besides {cordoned} that are cordoned" : "")
            + "; start more brokers, or ask for fewer replicas");
    }

    /// <summary>Null when an assignment by hand is possible.</summary>
    public static ApiError? CheckAssignment(
        ClusterImage cluster, int number, IReadOnlyList<int> replicas, int replicationFactor)
    {
        var problem = AssignmentProblem(cluster, replicas, replicationFactor);
        return problem is null ? null
            : new ApiError(ErrorCode.InvalidReplicaAssignment, $"the assignment of partition {number} {problem}");
    }

    private static string? AssignmentProblem(ClusterImage cluster, IReadOnlyList<int> replicas, int replicationFactor)
    {
        if (replicas.Count == 0)
            return "has no replicas";
        if (replicas.Distinct().Count() < replicas.Count)
            return "names a broker twice";
        foreach (var replica in replicas.Where(replica => cluster.Broker(replica) is null))
            return $"names broker {replica}, which is not registered";
        if (replicas.Count != replicationFactor)
            return $"has {replicas.Count} replicas, but others have {replicationFactor}";
        return replicas.Any(cluster.IsActive) ? null : "has only brokers that are fenced or shutting down";
    }

    /// <summary>Where a new replica goes, as far as a controller can tell.</summary>
    public static Uuid DirectoryOf(ClusterImage cluster, int brokerId) =>
        cluster.Broker(brokerId)?.DefaultDirectory ?? DirectoryId.Unassigned;

    /// <summary>May the client create or delete that many partitions now (KIP-599)?</summary>
    public static ApiError? CheckQuota(ControllerContext controller, int partitions) =>
        controller.Mutations.TryTake(partitions) ? null : new ApiError(ErrorCode.ThrottlingQuotaExceeded,
            $"the quota controller_mutation_rate is used up; try again in {controller.Mutations.ThrottleMs} ms");
}
