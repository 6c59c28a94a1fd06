using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>What happens to all partitions when a broker goes or comes.</summary>
internal static class PartitionChanges
{
    /// <summary>The broker leaves every ISR and leads nothing any more. The last member of an ISR
    /// stays in it.</summary>
    public static IEnumerable<IMetadataRecord> WithoutBroker(ControllerContext controller, int brokerId)
    {
        var cluster = controller.Image.Cluster;
        var byDefault = controller.EffectiveConfig[BrokerConfigs.UncleanLeaderElectionEnable];
        return Build(controller, partition => partition.Leader == brokerId || partition.Isr.Contains(brokerId),
            (id, partition) =>
            new PartitionChangeBuilder(id, partition, other => other != brokerId && cluster.IsActive(other))
            {
                TargetIsr = [.. partition.Isr.Where(other => other != brokerId)],
                Election = Election(controller.Image, id.Topic, byDefault),
            });
    }

    /// <summary>Partitions without a leader get one, if the broker that comes can lead them.</summary>
    public static IEnumerable<IMetadataRecord> WithBroker(ControllerContext controller, int brokerId)
    {
        var cluster = controller.Image.Cluster;
        var byDefault = controller.EffectiveConfig[BrokerConfigs.UncleanLeaderElectionEnable];
        return Build(controller, partition => !partition.HasLeader && partition.Replicas.Contains(brokerId),
            (id, partition) =>
            new PartitionChangeBuilder(id, partition, other => other == brokerId || cluster.IsActive(other))
            {
                Election = Election(controller.Image, id.Topic, byDefault),
            });
    }

    private static IEnumerable<IMetadataRecord> Build(ControllerContext controller, Func<PartitionRegistration,
        bool> concerns,
        Func<TopicIdPartition, PartitionRegistration, PartitionChangeBuilder> builder) =>
        from partition in controller.Image.Topics.AllPartitions()
        where concerns(partition.Registration)
        let record = builder(partition.Id, partition.Registration).Build()
        where record is not null
        select record;

    private static ElectionKind Election(MetadataImage image, string topic, bool byDefault)
    {
        var key = TopicConfigs.UncleanLeaderElectionEnable;
        var own = image.Configurations.OfTopic(topic).GetValueOrDefault(key.Name);
        var unclean = own is not null && key.Validate(own, out _) ? key.Parse(own) : byDefault;
        return unclean ? ElectionKind.Unclean : ElectionKind.Online;
    }
}
