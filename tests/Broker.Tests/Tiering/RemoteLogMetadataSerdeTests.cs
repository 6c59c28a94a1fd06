using Platform.Broker.Tiering;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tests.Tiering;

public sealed class RemoteLogMetadataSerdeTests
{
    private static readonly TopicIdPartition Partition = new(new Uuid(1, 2), new TopicPartition("t", 3));

    private static readonly RemoteLogSegmentMetadata Begun = new()
    {
        RemoteLogSegmentId = new RemoteLogSegmentId(Partition, new Uuid(3, 4)),
        StartOffset = 10, EndOffset = 19, BrokerId = 1, MaxTimestampMs = 5, EventTimestampMs = 6, SegmentSizeInBytes = 7,
        State = RemoteLogSegmentState.CopySegmentStarted, SegmentLeaderEpochs = [(0, 10), (2, 15)], TxnIndexEmpty = true,
    };

    // By hand, from the schema of Kafka: frame 1, type 0, version 0, then the fields.
    [Fact]
    public void A_copy_that_is_begun_has_the_bytes_of_kafka()
    {
        var expected = Convert.FromHexString(string.Concat(
            "010000",                                                   // frame, type, version
            "0274", "00000000000000010000000000000002", "00000003", "00", // topic, its id, partition, no tags
            "00000000000000030000000000000004", "00",                   // id of the copy, no tags
            "000000000000000a", "0000000000000013", "00000001",         // start, end, broker
            "0000000000000005", "0000000000000006",                     // largest timestamp, when
            "03", "00000000", "000000000000000a", "00", "00000002", "000000000000000f", "00", // epochs
            "00000007", "00", "00",                                     // size, no custom metadata, state
            "01", "00", "01", "01"));                                   // one tag: 0, one byte, true

        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(RemoteLogMetadataSerde.Write(Begun)));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var custom = Begun with { CustomMetadata = new byte[] { 1, 2, 3 } };
        var update = new RemoteLogSegmentMetadataUpdate(
            Begun.RemoteLogSegmentId, 9, RemoteLogSegmentState.CopySegmentFinished, 2) { CustomMetadata = new byte[] { 4 } };
        var deletion = new RemotePartitionDeletion(Partition, RemotePartitionDeleteState.DeletePartitionStarted, 8, 1);

        var (partition, begun) = RemoteLogMetadataSerde.Read(RemoteLogMetadataSerde.Write(custom))!.Value;
        var updated = (RemoteLogSegmentMetadataUpdate)RemoteLogMetadataSerde.Read(RemoteLogMetadataSerde.Write(update))!.Value.Change;
        var deleted = RemoteLogMetadataSerde.Read(RemoteLogMetadataSerde.Write(deletion))!.Value.Change;

        var read = (RemoteLogSegmentMetadata)begun;
        Assert.Equal(Partition, partition);
        Assert.Equal(custom.SegmentLeaderEpochs, read.SegmentLeaderEpochs);
        Assert.Equal(custom.CustomMetadata!.Value.ToArray(), read.CustomMetadata!.Value.ToArray());
        Assert.Equal((custom.StartOffset, custom.EndOffset, custom.State, custom.TxnIndexEmpty),
            (read.StartOffset, read.EndOffset, read.State, read.TxnIndexEmpty));
        Assert.Equal((update.State, 4), (updated.State, updated.CustomMetadata!.Value.Span[0]));
        Assert.Equal(deletion, deleted);
    }

    [Theory]
    [InlineData("02000000", "frame version 2")]
    [InlineData("01070000", "unknown type 7")]
    [InlineData("01000900", "of version 9")]
    public void What_a_newer_node_wrote_is_refused_with_a_reason(string bytes, string reason)
    {
        var error = Assert.Throws<ProtocolException>(() => RemoteLogMetadataSerde.Read(Convert.FromHexString(bytes)));

        Assert.Contains(reason, error.Message);
    }

    // Java: Objects.hash(2L, 1L, 3) = 31 * (31 * (31 + 2) + 1) + 3 = 31747; its four bytes through murmur2.
    [Fact]
    public void A_partition_belongs_where_kafka_puts_it()
    {
        var expected = Platform.Client.Producing.Murmur2.Partition([0x00, 0x00, 0x7c, 0x03], 50);

        Assert.Equal(expected, RemoteLogMetadataPartitioner.PartitionFor(Partition, 50));
    }
}
