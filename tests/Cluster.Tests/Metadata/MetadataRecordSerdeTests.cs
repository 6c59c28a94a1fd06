using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Metadata;

public sealed class MetadataRecordSerdeTests
{
    [Fact]
    public void A_record_is_framed_by_frame_version_type_and_version()
    {
        var bytes = MetadataRecordSerde.Write(new FeatureLevelRecord { Name = "a", FeatureLevel = 3 });

        Assert.Equal([1, 12, 0, 2, (byte)'a', 0, 3, 0], bytes);
    }

    [Fact]
    public void A_record_comes_back_as_it_was()
    {
        var bytes = MetadataRecordSerde.Write(Records.Partition(Records.Id(1), 3, 1, 2));

        var partition = Assert.IsType<PartitionRecord>(MetadataRecordSerde.Read(bytes));

        Assert.Equal(3, partition.PartitionId);
        Assert.Equal([1, 2], partition.Replicas);
    }

    [Theory]
    [InlineData(new byte[] { 2, 12, 0 }, "frame version 2")]
    [InlineData(new byte[] { 1, 99, 0 }, "unknown type 99; a newer node wrote it, upgrade this one")]
    [InlineData(new byte[] { 1, 12, 9 }, "FeatureLevelRecord of version 9")]
    [InlineData(new byte[] { 1, 20, 0, 0, 5 }, "NoOpRecord is followed by 1 bytes")]
    [InlineData(new byte[] { 1, 12, 0, 2 }, "bytes expected")]
    [InlineData(new byte[] { }, "bytes expected")]
    public void Bytes_that_cannot_be_read_are_explained(byte[] bytes, string expected)
    {
        var error = Assert.Throws<ProtocolException>(() => MetadataRecordSerde.Read(bytes));

        Assert.Contains(expected, error.Message);
    }
}
