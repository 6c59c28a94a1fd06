using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>What happens to all partitions when a broker goes or comes.</summary>
internal static class PartitionChanges
{
    /// <summary>The broker leaves every ISR and leads nothing any more. Without eligible leaders (KIP-966) the last
    /// member of an ISR stays in it, so that it is known.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="brokerId">The broker.</param>
    /// <param name="wasUnclean">True when it went without closing its logs: then it is no eligible leader either.</param>
    public static IEnumerable<IMetadataRecord> WithoutBroker(
        ControllerContext controller, int brokerId, bool wasUnclean = false)
    {
        var cluster = controller.Image.Cluster;
        return Build(controller,
            (_, partition) => partition.Leader == brokerId || partition.Isr.Contains(brokerId)
                || (wasUnclean && partition.EligibleLeaderReplicas.Contains(brokerId)),
            other => other != brokerId && cluster.IsActive(other),
            (partition, builder) =>
            {
                builder.TargetIsr = [.. partition.Isr.Where(other => other != brokerId)];
                builder.ShutDownUncleanly = wasUnclean ? brokerId : null;
            });
    }

    /// <summary>Some replicas of a broker are lost, although it serves: they leave the ISR and lead nothing.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="brokerId">The broker.</param>
    /// <param name="isLost">Which partitions are concerned.</param>
    public static IEnumerable<IMetadataRecord> WithoutReplicas(ControllerContext controller, int brokerId,
        Func<TopicIdPartition, PartitionRegistration, bool> isLost)
    {
        var cluster = controller.Image.Cluster;
        return Build(controller,
            (id, partition) => (partition.Leader == brokerId || partition.Isr.Contains(brokerId)) && isLost(id, partition),
            other => other != brokerId && cluster.IsActive(other),
            (partition, builder) => builder.TargetIsr = [.. partition.Isr.Where(other => other != brokerId)]);
    }

    /// <summary>Partitions without a leader get one, if the broker that comes can lead them.</summary>
    public static IEnumerable<IMetadataRecord> WithBroker(ControllerContext controller, int brokerId)
    {
        var cluster = controller.Image.Cluster;
        return Build(controller, (_, partition) => !partition.HasLeader && partition.Replicas.Contains(brokerId),
            other => other == brokerId || cluster.IsActive(other), static (_, _) => { });
    }

    private static IEnumerable<IMetadataRecord> Build(ControllerContext controller,
        Func<TopicIdPartition, PartitionRegistration, bool> concerns, Func<int, bool> canLead,
        Action<PartitionRegistration, PartitionChangeBuilder> prepare)
    {
        var rules = new TopicRules(controller);
        foreach (var (id, partition) in controller.Image.Topics.AllPartitions())
        {
            if (!concerns(id, partition))
                continue;
            var builder = rules.Builder(id, partition, canLead);
            prepare(partition, builder);
            if (builder.Build() is { } record)
                yield return record;
        }
    }

    // Settings are looked up once for a topic: it may have thousands of partitions.
    private sealed class TopicRules(ControllerContext controller)
    {
        private readonly bool _uncleanByDefault =
            controller.EffectiveConfig[BrokerConfigs.UncleanLeaderElectionEnable];

        private (string? Topic, ElectionKind Election, int? MinInSyncReplicas) _last;

        public PartitionChangeBuilder Builder(
            TopicIdPartition id, PartitionRegistration partition, Func<int, bool> canLead)
        {
            if (_last.Topic != id.Topic)
                _last = (id.Topic, Election(id.Topic),
                    controller.HasEligibleLeaders ? controller.MinInSyncReplicas(id.Topic) : null);
            var builder = PartitionChangeBuilder.For(
                controller.Image.Cluster, id, partition, canLead, _last.MinInSyncReplicas);
            builder.Election = _last.Election;
            return builder;
        }

        private ElectionKind Election(string topic)
        {
            var key = TopicConfigs.UncleanLeaderElectionEnable;
            var own = controller.Image.Configurations.OfTopic(topic).GetValueOrDefault(key.Name);
            var unclean = own is not null && key.Validate(own, out _) ? key.Parse(own) : _uncleanByDefault;
            return unclean ? ElectionKind.Unclean : ElectionKind.Online;
        }
    }
}
