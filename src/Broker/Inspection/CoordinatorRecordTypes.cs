using Platform.Cluster.Coordination;
using Platform.Protocol.Messages;

namespace Platform.Broker.Inspection;

/// <summary>Every kind of record of the coordinators' topics that there is a schema for, also those that no coordinator
/// here writes.</summary>
internal static class CoordinatorRecordTypes
{
    /// <summary>Records of <c>__consumer_offsets</c>.</summary>
    public static CoordinatorRecordCodec ConsumerOffsets { get; } = new(Table(
        Of<LegacyOffsetCommitKey, LegacyOffsetCommitValue>(),
        Of<OffsetCommitKey, OffsetCommitValue>(),
        Of<GroupMetadataKey, GroupMetadataValue>(),
        Of<ConsumerGroupMetadataKey, ConsumerGroupMetadataValue>(),
        Of<ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue>(),
        Of<ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue>(),
        Of<ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue>(),
        Of<ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue>(),
        Of<ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue>(),
        Of<ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue>(),
        Of<ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue>(),
        Of<ShareGroupMetadataKey, ShareGroupMetadataValue>(),
        Of<ShareGroupTargetAssignmentMetadataKey, ShareGroupTargetAssignmentMetadataValue>(),
        Of<ShareGroupTargetAssignmentMemberKey, ShareGroupTargetAssignmentMemberValue>(),
        Of<ShareGroupCurrentMemberAssignmentKey, ShareGroupCurrentMemberAssignmentValue>(),
        Of<ShareGroupStatePartitionMetadataKey, ShareGroupStatePartitionMetadataValue>(),
        Of<StreamsGroupMetadataKey, StreamsGroupMetadataValue>(),
        Of<StreamsGroupMemberMetadataKey, StreamsGroupMemberMetadataValue>(),
        Of<StreamsGroupTargetAssignmentMetadataKey, StreamsGroupTargetAssignmentMetadataValue>(),
        Of<StreamsGroupTargetAssignmentMemberKey, StreamsGroupTargetAssignmentMemberValue>(),
        Of<StreamsGroupCurrentMemberAssignmentKey, StreamsGroupCurrentMemberAssignmentValue>(),
        Of<StreamsGroupTopologyKey, StreamsGroupTopologyValue>()));

    /// <summary>Records of <c>__transaction_state</c>.</summary>
    public static CoordinatorRecordCodec TransactionState { get; } = new(Table(Of<TransactionLogKey, TransactionLogValue>()));

    /// <summary>Records of <c>__share_group_state</c>.</summary>
    public static CoordinatorRecordCodec ShareGroupState { get; } = new(Table(
        Of<ShareSnapshotKey, ShareSnapshotValue>(), Of<ShareUpdateKey, ShareUpdateValue>()));

    private static Dictionary<short, CoordinatorRecordType> Table(params KeyValuePair<short, CoordinatorRecordType>[] types) =>
        new(types);

    private static KeyValuePair<short, CoordinatorRecordType> Of<TKey, TValue>()
        where TKey : ICoordinatorKey, new()
        where TValue : ICoordinatorValue, new() => new(new TKey().Type,
            new CoordinatorRecordType(() => new TKey(), () => new TValue(), new TValue().HighestSupportedVersion));
}
