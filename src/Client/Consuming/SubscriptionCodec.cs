using Platform.Client.Consuming.Assignors;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Consuming;

/// <summary>The bytes that members of a classic consumer group exchange through their coordinator.</summary>
internal static class SubscriptionCodec
{
    public static byte[] EncodeSubscription(
        IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned, int generation, string rack,
        byte[]? userData)
    {
        var subscription = new ConsumerProtocolSubscription
        {
            Topics = [.. topics.Order(StringComparer.Ordinal)],
            OwnedPartitions = [.. owned.GroupBy(partition => partition.Topic).Select(topic =>
                new ConsumerProtocolSubscription.TopicPartition
                {
                    Topic = topic.Key,
                    Partitions = [.. topic.Select(partition => partition.Partition).Order()],
                })],
            GenerationId = generation,
            RackId = rack.Length > 0 ? rack : null,
            UserData = userData,
        };
        return Encode(subscription, ConsumerProtocolSubscription.HighestVersion);
    }

    public static AssignorMember DecodeMember(JoinGroupResponse.JoinGroupResponseMember member,
        IPartitionAssignor assignor)
    {
        var reader = new ProtocolReader(member.Metadata);
        var version = reader.ReadInt16();
        var subscription = new ConsumerProtocolSubscription();
        subscription.Read(ref reader, Math.Min(version, ConsumerProtocolSubscription.HighestVersion));
        IReadOnlyList<TopicPartition> owned = [.. subscription.OwnedPartitions.SelectMany(topic =>
            topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition)))];
        var generation = subscription.GenerationId;
        if (subscription.UserData is { Length: > 0 } userData && assignor.ReadUserData(userData) is { } previous)
            (owned, generation) = previous;
        return new AssignorMember(member.MemberId, member.GroupInstanceId, subscription.Topics, owned, generation);
    }

    public static byte[] EncodeAssignment(IReadOnlyCollection<TopicPartition> partitions)
    {
        var assignment = new ConsumerProtocolAssignment
        {
            AssignedPartitions = [.. partitions.GroupBy(partition => partition.Topic).Select(topic =>
                new ConsumerProtocolAssignment.TopicPartition
                {
                    Topic = topic.Key,
                    Partitions = [.. topic.Select(partition => partition.Partition)],
                })],
        };
        return Encode(assignment, ConsumerProtocolAssignment.HighestVersion);
    }

    public static IReadOnlyList<TopicPartition> DecodeAssignment(byte[] bytes)
    {
        if (bytes.Length == 0)
            return [];
        var reader = new ProtocolReader(bytes);
        var version = reader.ReadInt16();
        var assignment = new ConsumerProtocolAssignment();
        assignment.Read(ref reader, Math.Min(version, ConsumerProtocolAssignment.HighestVersion));
        return [.. assignment.AssignedPartitions.SelectMany(topic =>
            topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition)))];
    }

    private static byte[] Encode(IMessage message, short version)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt16(version);
        message.Write(writer, version);
        return writer.Written.ToArray();
    }
}
