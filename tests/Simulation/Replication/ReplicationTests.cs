namespace Platform.Simulation.Replication;

/// <summary>Goal: no record that acks=all acknowledged is ever lost or moved, and logs agree below the watermark, whoever
/// dies, lags or is out of touch. Method: random steps with the invariants after each, then healing.</summary>
public sealed class ReplicationTests
{
    private const int Steps = 4_000;

    [Theory, Seeds(Fixed = 20, Random = 10)]
    public void Acknowledged_records_survive_every_election(ulong seed)
    {
        var partition = RunWithFaults(seed);

        partition.Settle();

        Assert.Equal([1, 2, 3], partition.Controller.Partition!.Isr.Order());
        var logs = partition.Replicas.Values.Select(replica => replica.Log).ToList();
        Assert.All(logs, log => Assert.Equal(logs[0], log));
        Assert.All(partition.Replicas.Values, replica => Assert.Equal(logs[0].Count, replica.HighWatermark));
    }

    [Theory, Seeds(Fixed = 5, Random = 0)]
    public void The_faults_cause_elections_and_let_records_through(ulong seed)
    {
        var partition = RunWithFaults(seed);

        Assert.InRange(partition.Elections, 3, 1_000);
        Assert.InRange(partition.Acknowledged.Count, 20, Steps);
    }

    private static SimPartition RunWithFaults(ulong seed)
    {
        var partition = new SimPartition(seed);
        for (var i = 0; i < Steps; i++)
            partition.Step(harm: true);
        return partition;
    }
}
