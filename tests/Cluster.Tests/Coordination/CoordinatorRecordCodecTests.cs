using Platform.Cluster.Coordination;
using Platform.Cluster.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Coordination;

public sealed class CoordinatorRecordCodecTests
{
    private static readonly CoordinatorRecord Record = new(
        new OffsetCommitKey { Group = "g", Topic = "t", Partition = 2 },
        new OffsetCommitValue { Offset = 5, LeaderEpoch = 4, Metadata = "m", CommitTimestamp = 6 },
        3);

    [Fact]
    public void Keys_begin_with_their_type_and_values_with_their_version()
    {
        byte[] key = [0, 1, 0, 1, (byte)'g', 0, 1, (byte)'t', 0, 0, 0, 2];
        byte[] value = [0, 3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 4, 0, 1, (byte)'m', 0, 0, 0, 0, 0, 0, 0, 6];

        Assert.Equal(key, CoordinatorRecordCodec.EncodeKey(Record));
        Assert.Equal(value, CoordinatorRecordCodec.EncodeValue(Record));
    }

    [Fact]
    public void A_record_without_value_is_a_tombstone()
    {
        var tombstone = CoordinatorRecord.Tombstone(Record.Key);

        var decoded = GroupRecordTypes.Codec.Decode(CoordinatorRecordCodec.EncodeKey(tombstone), null);

        Assert.Null(CoordinatorRecordCodec.EncodeValue(tombstone));
        Assert.Null(decoded!.Value);
        Assert.Equal("g", Assert.IsType<OffsetCommitKey>(decoded.Key).Group);
    }

    [Fact]
    public void Unknown_types_are_passed_over()
    {
        Assert.Null(GroupRecordTypes.Codec.Decode(new byte[] { 0, 99, 1, 2 }, new byte[] { 0, 0 }));
    }

    [Fact]
    public void Malformed_bytes_and_versions_from_the_future_are_errors()
    {
        var key = CoordinatorRecordCodec.EncodeKey(Record);

        Assert.Throws<ProtocolException>(() => GroupRecordTypes.Codec.Decode(new byte[] { 0 }, null));
        Assert.Throws<ProtocolException>(() => GroupRecordTypes.Codec.Decode(key, new byte[] { 0, 5, 0 }));
        Assert.Throws<ProtocolException>(() => GroupRecordTypes.Codec.Decode(key, new byte[] { 0, 3, 0 }));
    }
}
