using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Record = Platform.Protocol.Records.Record;
using static Platform.Protocol.Tests.Records.RecordBatchTests;

namespace Platform.Protocol.Tests.Records;

public sealed class ControlRecordTests
{
    [Theory]
    [InlineData(ControlRecordType.Commit), InlineData(ControlRecordType.Abort)]
    public void A_transaction_marker_says_who_ended_what(ControlRecordType type)
    {
        var batch = ControlRecord.EndTransactionBatch(4711, 3, type, coordinatorEpoch: 9, nowMs: 1000);

        var header = RecordBatch.Parse(batch).Header;
        var marker = ControlRecord.Parse(Assert.Single(ReadAll(batch)));
        Assert.Equal((true, true, 4711L, (short)3, -1),
            (header.IsControl, header.IsTransactional, header.ProducerId, header.ProducerEpoch, header.BaseSequence));
        Assert.Equal((type, 9), (marker.Type, marker.ReadCoordinatorEpoch()));
    }

    [Fact]
    public void A_marker_has_the_bytes_of_the_protocol()
    {
        var record = Assert.Single(ReadAll(
            ControlRecord.EndTransactionBatch(1, 0, ControlRecordType.Commit, coordinatorEpoch: 258, nowMs: 0)));

        Assert.Equal("00000001", Convert.ToHexString(record.Key!.Value.Span));
        Assert.Equal("000000000102", Convert.ToHexString(record.Value!.Value.Span));
    }

    [Fact]
    public void Raft_records_share_a_batch()
    {
        var snapshot = new SnapshotHeaderRecord { LastContainedLogTimestamp = 66 };
        var version = new KRaftVersionRecord { KRaftVersion = 1 };

        var batch = ControlRecord.RaftBatch(5, epoch: 2, nowMs: 77,
            new ControlMessage(ControlRecordType.SnapshotHeader, snapshot),
            new ControlMessage(ControlRecordType.KRaftVersion, version));

        var header = RecordBatch.Parse(batch).Header;
        var records = ReadAll(batch).Select(ControlRecord.Parse).ToList();
        Assert.Equal((5L, 2), (header.BaseOffset, header.PartitionLeaderEpoch));
        Assert.Equal((true, false), (header.IsControl, header.IsTransactional));
        Assert.Equal([ControlRecordType.SnapshotHeader, ControlRecordType.KRaftVersion], records.Select(r => r.Type));
        var reader = new ProtocolReader(records[0].Value);
        var read = new SnapshotHeaderRecord();
        read.Read(ref reader, 0);
        Assert.Equal(66, read.LastContainedLogTimestamp);
    }

    [Fact]
    public void An_unknown_type_is_passed_on_and_a_short_key_is_corrupt()
    {
        var unknown = new Record { Key = new byte[] { 0, 0, 0, 99, 1, 2 } };
        var tooShort = new Record { Key = new byte[] { 0, 0, 0 } };

        Assert.Equal((ControlRecordType)99, ControlRecord.Parse(unknown).Type);
        Assert.Throws<CorruptRecordException>(() => ControlRecord.Parse(tooShort));
        var shortMarker = new ControlRecord(ControlRecordType.Commit, new byte[5]);
        Assert.Throws<CorruptRecordException>(() => shortMarker.ReadCoordinatorEpoch());
    }
}
