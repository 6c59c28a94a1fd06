namespace Platform.Simulation.Replication;

/// <summary>What must hold after every event.</summary>
internal static class SimPartitionInvariants
{
    public static void Check(SimPartition partition)
    {
        foreach (var replica in partition.Replicas.Values)
            Assert.InRange(replica.HighWatermark, 0, replica.Log.Count);
        CheckLogsAgreeBelowTheWatermark(partition);
        CheckAcknowledgedRecordsAreWithTheLeader(partition);
    }

    private static void CheckLogsAgreeBelowTheWatermark(SimPartition partition)
    {
        foreach (var one in partition.Replicas.Values)
            foreach (var other in partition.Replicas.Values.Where(other => other.Id > one.Id))
                CheckAgree(partition, one, other);
    }

    private static void CheckAgree(SimPartition partition, SimReplica one, SimReplica other)
    {
        var common = (int)Math.Min(one.HighWatermark, other.HighWatermark);
        for (var offset = 0; offset < common; offset++)
            if (one.Log[offset] != other.Log[offset])
                Assert.Fail($"at {partition.NowMs} ms offset {offset} is {one.Log[offset]} on broker {one.Id} and "
                    + $"{other.Log[offset]} on broker {other.Id}, below both watermarks");
    }

    private static void CheckAcknowledgedRecordsAreWithTheLeader(SimPartition partition)
    {
        if (partition.Controller.Partition is not { HasLeader: true } registration)
            return;
        var leader = partition.Replicas[registration.Leader];
        foreach (var (offset, value) in partition.Acknowledged)
            if (offset >= leader.Log.Count || leader.Log[(int)offset].Value != value)
                Assert.Fail($"at {partition.NowMs} ms the acknowledged value {value} is not at offset {offset} of leader {leader.Id}");
    }
}
