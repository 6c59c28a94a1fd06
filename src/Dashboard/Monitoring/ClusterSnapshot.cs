namespace Platform.Dashboard.Monitoring;

/// <summary>
/// All that pages show of a cluster at one moment. Immutable: the sampler publishes a new one each second.
/// </summary>
/// <param name="ClusterId">The cluster's own id.</param>
/// <param name="TakenAtMs">When it was taken, in ms since 1970.</param>
/// <param name="ControllerId">Broker that takes administrative requests, or -1 when there is none.</param>
/// <param name="Brokers">Brokers, ordered by id; those that only appear as replicas are in it as not reachable.</param>
/// <param name="Topics">Topics, ordered by name.</param>
/// <param name="Groups">Consumer groups, ordered by id.</param>
/// <param name="Totals">Sums over the cluster.</param>
public sealed record ClusterSnapshot(
    string ClusterId,
    long TakenAtMs,
    int ControllerId,
    IReadOnlyList<BrokerState> Brokers,
    IReadOnlyList<TopicState> Topics,
    IReadOnlyList<GroupState> Groups,
    ClusterTotals Totals)
{
    /// <summary>The topic of this name, or null.</summary>
    public TopicState? Topic(string name) => Topics.FirstOrDefault(topic => topic.Name == name);

    /// <summary>The group of this id, or null.</summary>
    public GroupState? Group(string id) => Groups.FirstOrDefault(group => group.GroupId == id);

    /// <summary>The broker of this id, or null.</summary>
    public BrokerState? Broker(int id) => Brokers.FirstOrDefault(broker => broker.Id == id);
}

/// <summary>Sums over the cluster. Rates are per second; null means that the cluster does not tell.</summary>
/// <param name="MessagesInPerSecond">Growth of the logs' ends.</param>
/// <param name="ConsumedPerSecond">Growth of committed offsets.</param>
/// <param name="BytesInPerSecond">Bytes taken from producers.</param>
/// <param name="BytesOutPerSecond">Bytes given to consumers.</param>
/// <param name="RequestsPerSecond">Produce and fetch requests, counted once for each partition in them.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="UnderReplicated">Partitions with fewer replicas in sync than they should have.</param>
/// <param name="Offline">Partitions without a leader.</param>
/// <param name="TotalLag">Records that groups have still to read.</param>
/// <param name="SizeBytes">Bytes on the disks of all brokers.</param>
public sealed record ClusterTotals(
    double MessagesInPerSecond,
    double ConsumedPerSecond,
    double? BytesInPerSecond,
    double? BytesOutPerSecond,
    double? RequestsPerSecond,
    int Partitions,
    int UnderReplicated,
    int Offline,
    long TotalLag,
    long? SizeBytes);

/// <summary>A broker.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Host">Where clients reach it; empty when it has not been seen alive.</param>
/// <param name="Port">Port that clients use.</param>
/// <param name="Rack">Where it stands, or null.</param>
/// <param name="IsAlive">True when the cluster lists it.</param>
/// <param name="IsController">True when it takes administrative requests.</param>
/// <param name="Leaders">Partitions that it leads.</param>
/// <param name="Replicas">Partitions that it should hold.</param>
/// <param name="OutOfSync">Replicas of it that are not in sync.</param>
/// <param name="SizeBytes">Bytes on its disks, or null when it does not tell.</param>
public sealed record BrokerState(
    int Id, string Host, int Port, string? Rack, bool IsAlive, bool IsController,
    int Leaders, int Replicas, int OutOfSync, long? SizeBytes);
