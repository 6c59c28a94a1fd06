using System.Diagnostics.Metrics;

namespace Platform.Dashboard.Monitoring;

/// <summary>Lag and offsets of consumer groups under the names of kafka_exporter, which lag panels and alerts are written
/// for. Read from the sampler's snapshot when the page is asked for: scraping costs the cluster nothing.</summary>
internal sealed class GroupMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Platform.Dashboard.Groups";

    private readonly Meter _meter = new(MeterName);
    private readonly ClusterMonitor _monitor;

    public GroupMetrics(ClusterMonitor monitor)
    {
        _monitor = monitor;
        PartitionGauge("kafka_consumergroup_lag", "Records that a group has not committed yet.", p => p.Lag);
        PartitionGauge("kafka_consumergroup_current_offset", "Offset that a group has committed.", p => p.Committed);
        _meter.CreateObservableGauge("kafka_consumergroup_members", Members, description: "Members of a group.");
        _meter.CreateObservableGauge(
            "kafka_topic_partition_current_offset", EndOffsets, description: "Offset after the last record of a partition.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IReadOnlyList<GroupState> Groups => _monitor.Current.Snapshot?.Groups ?? [];

    private void PartitionGauge(string name, string help, Func<GroupPartition, long?> read) =>
        _meter.CreateObservableGauge(name, () =>
            from g in Groups
            from partition in g.Partitions
            let value = read(partition)
            where value is not null
            select new Measurement<long>(
                value.Value, Label("consumergroup", g.GroupId), Label("topic", partition.Partition.Topic),
                Label("partition", partition.Partition.Partition)), description: help);

    private IEnumerable<Measurement<long>> Members() =>
        Groups.Select(g => new Measurement<long>(g.Members.Count, Label("consumergroup", g.GroupId)));

    private IEnumerable<Measurement<long>> EndOffsets() =>
        from topic in _monitor.Current.Snapshot?.Topics ?? []
        from partition in topic.Partitions
        where partition.EndOffset >= 0
        select new Measurement<long>(
            partition.EndOffset, Label("topic", topic.Name), Label("partition", partition.Index));

    private static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);
}
