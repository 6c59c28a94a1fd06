using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Metadata.Records;

namespace Platform.Cluster.Tests.Metadata;

public sealed class MetadataDeltaTests
{
    private static readonly Uuid Orders = Id(1);

    private static readonly MetadataImage Image = Apply(MetadataImage.Empty,
        new FeatureLevelRecord { Name = "metadata.version", FeatureLevel = 30 },
        Broker(1), Broker(2), Broker(3, fenced: true),
        Topic("orders", Orders), Partition(Orders, 0, 1, 2), Partition(Orders, 1, 2, 3),
        Config(2, "orders", "retention.ms", "5"), Config(4, "", "message.max.bytes", "7"),
        new ProducerIdsRecord { BrokerId = 1, BrokerEpoch = 1, NextProducerId = 1000 });

    [Fact]
    public void Records_make_an_image()
    {
        Assert.Equal(30, Image.Features.MetadataVersion);
        Assert.Equal([1, 2, 3], Image.Cluster.Brokers.Keys);
        Assert.Equal([1, 2], Image.Cluster.UnfencedBrokers.Select(broker => broker.Id));
        Assert.Equal(Orders, Image.Topics.Find("orders")!.Id);
        Assert.Equal([2, 3], Image.Topics.Find(new TopicPartition("orders", 1))!.Replicas);
        Assert.Equal("5", Image.Configurations.OfTopic("orders")["retention.ms"]);
        Assert.Equal(1000, Image.ProducerIds.NextProducerId);
    }

    [Fact]
    public void The_image_before_stays_as_it_was()
    {
        var after = Apply(Image, new RemoveTopicRecord { TopicId = Orders });

        Assert.NotNull(Image.Topics.Find("orders"));
        Assert.Null(after.Topics.Find("orders"));
        Assert.Null(after.Topics.Find(Orders));
        Assert.Empty(after.Configurations.OfTopic("orders"));
        Assert.Same(Image.Cluster, after.Cluster);
    }

    [Fact]
    public void The_records_of_an_image_make_the_same_image_again()
    {
        var records = Image.ToRecords().Select(MetadataRecordSerde.Write).ToList();

        var again = Apply(MetadataImage.Empty, [.. records.Select(record => MetadataRecordSerde.Read(record))]);

        Assert.Equal(records, again.ToRecords().Select(MetadataRecordSerde.Write));
        Assert.IsType<FeatureLevelRecord>(MetadataRecordSerde.Read(records[0]));
    }

    [Fact]
    public void The_difference_of_two_images_leads_from_one_to_the_other()
    {
        var later = Apply(Image,
            new RemoveTopicRecord { TopicId = Orders }, new UnregisterBrokerRecord { BrokerId = 3, BrokerEpoch = 1 },
            Topic("orders", Id(2)), Partition(Id(2), 0, 1), Topic("more", Id(3)), Partition(Id(3), 0, 2),
            Config(4, "", "message.max.bytes", null), Config(2, "more", "retention.ms", "6"));

        var made = MetadataDelta.Between(Image, later).Apply(later.Offset, later.Epoch);

        Assert.Equal(later.ToRecords().Select(MetadataRecordSerde.Write), made.ToRecords().Select(MetadataRecordSerde.Write));
    }

    [Fact]
    public void The_difference_leaves_out_partitions_that_did_not_change()
    {
        var later = Apply(Image, new PartitionChangeRecord { TopicId = Orders, PartitionId = 1, Isr = [2] });

        var delta = MetadataDelta.Between(Image, later);

        Assert.Equal([1], delta.Topics.Changes[Orders].Changes.Keys);
    }

    [Fact]
    public void A_new_leader_raises_both_epochs_and_another_change_only_that_of_the_partition()
    {
        var elected = Apply(Image,
            new PartitionChangeRecord { TopicId = Orders, PartitionId = 0, Leader = 2, Isr = [2] });
        var expanded = Apply(elected, new PartitionChangeRecord { TopicId = Orders, PartitionId = 0, Isr = [2, 1] });

        var partition = expanded.Topics.Find(new TopicPartition("orders", 0))!;
        Assert.Equal((2, 1, 2), (partition.Leader, partition.LeaderEpoch, partition.PartitionEpoch));
        Assert.Equal([2, 1], partition.Isr);
        Assert.Equal([1, 2], partition.Replicas);
    }

    [Fact]
    public void A_setting_is_deleted_by_null()
    {
        var after = Apply(Image, Config(2, "orders", "retention.ms", null));

        Assert.False(after.Configurations.Resources.ContainsKey(ConfigResource.Topic("orders")));
    }

    [Fact]
    public void A_change_of_a_broker_leaves_alone_what_it_does_not_mention()
    {
        var after = Apply(Image, new BrokerRegistrationChangeRecord { BrokerId = 3, BrokerEpoch = 1, Fenced = -1 });

        Assert.False(after.Cluster.Broker(3)!.Fenced);
        Assert.Equal(Image.Cluster.Broker(3)!.LogDirs, after.Cluster.Broker(3)!.LogDirs);
    }

    [Fact]
    public void A_broker_learns_what_it_leads_follows_and_no_longer_holds()
    {
        var delta = new MetadataDelta(Image);
        delta.Replay(
        [
            new PartitionChangeRecord { TopicId = Orders, PartitionId = 0, Leader = 2, Isr = [2] },
            new PartitionChangeRecord { TopicId = Orders, PartitionId = 1, Leader = 3, Replicas = [3], Isr = [3] },
            Topic("new", Id(2)), Partition(Id(2), 0, 1, 2),
        ]);

        var changes = delta.Topics.LocalChanges(brokerId: 2);

        Assert.Equal(["orders-0"], changes.Leaders.Select(replica => replica.Partition.TopicPartition.ToString()));
        Assert.Equal(["new-0"], changes.Followers.Select(replica => replica.Partition.TopicPartition.ToString()));
        Assert.Equal(["orders-1"], changes.Removed.Select(partition => partition.TopicPartition.ToString()));
    }

    [Fact]
    public void A_topic_created_anew_under_its_name_removes_the_old_incarnation()
    {
        var delta = new MetadataDelta(Image);
        delta.Replay([new RemoveTopicRecord { TopicId = Orders }, Topic("orders", Id(2)), Partition(Id(2), 0, 1)]);

        var changes = delta.Topics.LocalChanges(brokerId: 1);
        var after = delta.Apply(offset: 9, epoch: 1);

        Assert.Equal(Orders, changes.Removed.Single().TopicId);
        Assert.Equal(Id(2), changes.Leaders.Single().Partition.TopicId);
        Assert.Equal(Id(2), after.Topics.Find("orders")!.Id);
        Assert.Null(after.Topics.Find(Orders));
    }

    [Fact]
    public void Records_that_contradict_the_image_are_refused()
    {
        Refused(Topic("orders", Id(9)), "topic orders is created, but exists already");
        Refused(new RemoveTopicRecord { TopicId = Id(9) }, "is removed, but does not exist");
        Refused(new PartitionChangeRecord { TopicId = Orders, PartitionId = 5 }, "orders-5, which does not exist");
        Refused(Partition(Id(9), 0, 1), "which does not exist");
        Refused(new UnregisterBrokerRecord { BrokerId = 9 }, "broker 9, which is not registered");
        Refused(new UnregisterBrokerRecord { BrokerId = 1, BrokerEpoch = 8 },
            "epoch 8 of broker 1, which is in epoch 1");
        Refused(new RemoveAccessControlEntryRecord { Id = Id(9) }, "is removed and was not there");
        Refused(new DelegationTokenRecord(), "DelegationTokenRecord cannot be kept by this version");
    }

    [Fact]
    public void Ten_thousand_partitions_are_applied_in_one_batch()
    {
        var delta = new MetadataDelta(Image);
        for (var topic = 0; topic < 100; topic++)
        {
            delta.Replay(Topic($"t{topic}", Id(100 + topic)));
            for (var partition = 0; partition < 100; partition++)
                delta.Replay(Partition(Id(100 + topic), partition, 1, 2));
        }

        var after = delta.Apply(offset: 1, epoch: 1);

        Assert.Equal(10_002, after.Topics.AllPartitions().Count());
    }

    private static void Refused(IMetadataRecord record, string expected)
    {
        var error = Assert.Throws<InvalidMetadataException>(() => Apply(Image, record));
        Assert.Contains(expected, error.Message);
    }

    private static MetadataImage Apply(MetadataImage image, params IMetadataRecord[] records)
    {
        var delta = new MetadataDelta(image);
        delta.Replay(records);
        return delta.Apply(image.Offset + records.Length, epoch: 1);
    }
}
