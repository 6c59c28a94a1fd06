using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>The records that lead from one image to a later one.</summary>
internal static class ImageDifference
{
    /// <summary>What is in the first image only.</summary>
    internal static IEnumerable<IMetadataRecord> Removals(MetadataImage before, MetadataImage after) =>
    [
        .. from topic in before.Topics.ById.Values
           where after.Topics.Find(topic.Id) is null
           select new RemoveTopicRecord { TopicId = topic.Id },
        .. from broker in before.Cluster.Brokers.Values
           where after.Cluster.Broker(broker.Id) is null
           select new UnregisterBrokerRecord { BrokerId = broker.Id, BrokerEpoch = broker.Epoch },
        .. from controller in before.Cluster.Controllers.Keys
           where !after.Cluster.Controllers.ContainsKey(controller)
           select new UnregisterControllerRecord { ControllerId = controller },
        .. from level in before.Features.Levels
           where after.Features.Levels.All(other => other.Key != level.Key)
           select new FeatureLevelRecord { Name = level.Key, FeatureLevel = 0 },
        .. from setting in Settings(before).Except(Settings(after))
           select new ConfigRecord
           {
               ResourceType = setting.Type,
               ResourceName = setting.Resource,
               Name = setting.Name,
               Value = null,
           },
        .. from entity in before.ClientQuotas.Entities
           from key in entity.Value.Keys
           where !after.ClientQuotas.Of(entity.Key).ContainsKey(key)
           select ClientQuotasImage.Record(entity.Key, key, null),
        .. from id in before.Acls.ById.Keys
           where !after.Acls.ById.ContainsKey(id)
           select new RemoveAccessControlEntryRecord { Id = id },
        .. from user in before.Scram.ByUser
           from mechanism in user.Value.Keys
           where !after.Scram.Of(user.Key).ContainsKey(mechanism)
           select new RemoveUserScramCredentialRecord { Name = user.Key, Mechanism = (sbyte)mechanism },
    ];

    /// <summary>What is only in the second image, or may differ there. Partitions are left out whose epochs say that
    /// they are the same, so that brokers do not take up roles anew.</summary>
    internal static IEnumerable<IMetadataRecord> Changes(MetadataImage before, MetadataImage after) =>
        after.ToRecords().Where(record => record switch
        {
            TopicRecord topic => before.Topics.Find(topic.TopicId) is null,
            PartitionRecord partition => before.Topics.Find(partition.TopicId)?.Partition(partition.PartitionId)
                ?.PartitionEpoch != partition.PartitionEpoch,
            AccessControlEntryRecord rule => !before.Acls.ById.ContainsKey(rule.Id),
            _ => true,
        });

    private static IEnumerable<(sbyte Type, string Resource, string Name)> Settings(MetadataImage image) =>
        from resource in image.Configurations.Resources
        from setting in resource.Value
        select ((sbyte)resource.Key.Type, resource.Key.Name, setting.Key);
}
