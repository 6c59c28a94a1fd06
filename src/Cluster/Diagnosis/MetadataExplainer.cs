using Platform.Cluster.Metadata;

namespace Platform.Cluster.Diagnosis;

/// <summary>
/// Says in words what a change of the metadata means and what brought it about. Pure: looks at what was before and what is
/// now. A change may hold what happened in several steps; the cause is then the one that explains where it ended.
/// </summary>
public static class MetadataExplainer
{
    /// <summary>Most events of one kind that are told one by one; the others are counted.</summary>
    public const int MaxAlike = 20;

    /// <summary>The events of a change, brokers first, since they are the causes of what follows.</summary>
    /// <param name="delta">What changed.</param>
    /// <param name="after">The metadata after it.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    public static IReadOnlyList<ClusterEvent> Explain(MetadataDelta delta, MetadataImage after, long nowMs)
    {
        var brokers = delta.Cluster.ChangedBrokers.SelectMany(changed =>
            BrokerExplainer.Explain(changed.Key, delta.Image.Cluster.Broker(changed.Key), changed.Value, nowMs));
        var causes = new Causes(delta.Image.Cluster, after.Cluster);
        var partitions = from topic in delta.Topics.Changes.Values
                         from changed in topic.Changes
                         let before = topic.Image.Partition(changed.Key)
                         where before is not null
                         from told in new PartitionExplainer($"{topic.Name}-{changed.Key}", before, changed.Value, causes, nowMs).Explain()
                         select told;
        return [.. brokers, .. partitions.GroupBy(told => told.Kind).SelectMany(alike => Summarise([.. alike], after.Offset))];
    }

    // Ten thousand partitions on one broker must not drive everything else out of the ring.
    private static IEnumerable<ClusterEvent> Summarise(List<ClusterEvent> alike, long offset)
    {
        if (alike.Count <= MaxAlike)
            return alike;
        var last = alike[^1];
        return alike.Take(MaxAlike).Append(last with
        {
            Subject = $"{alike.Count - MaxAlike} more partitions",
            Text = $"and the same for {alike.Count - MaxAlike} more partitions, the last of which: {last.Text}",
            Key = $"{last.Kind}:more@{offset}",
        });
    }
}
