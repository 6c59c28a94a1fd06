using Platform.Cluster.Coordination;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups;

/// <summary>The record types of <c>__consumer_offsets</c> that this coordinator serves.</summary>
public static class GroupRecordTypes
{
    /// <summary>Encodes and decodes them; others are passed over.</summary>
    public static readonly CoordinatorRecordCodec Codec = new(new Dictionary<short, CoordinatorRecordType>
    {
        [LegacyOffsetCommitKey.TypeId] = new(
            () => new LegacyOffsetCommitKey(),
            () => new LegacyOffsetCommitValue(),
            LegacyOffsetCommitValue.HighestVersion),
        [OffsetCommitKey.TypeId] = new(
            () => new OffsetCommitKey(), () => new OffsetCommitValue(), OffsetCommitValue.HighestVersion),
        [GroupMetadataKey.TypeId] = new(
            () => new GroupMetadataKey(), () => new GroupMetadataValue(), GroupMetadataValue.HighestVersion),
    });
}
