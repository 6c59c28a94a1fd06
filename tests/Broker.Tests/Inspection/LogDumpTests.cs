using System.Text.Json;
using Platform.Broker.Inspection;
using Platform.Broker.Tiering;
using Platform.Cluster.Coordination;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Inspection;

/// <summary>What dump-log shows of every kind of file.</summary>
public sealed class LogDumpTests
{
    private readonly MemoryFileSystem _files = new();

    [Fact]
    public void A_segment_shows_its_batches_in_the_words_of_kafka()
    {
        var batch = TestBatches.Idempotent(producerId: 7, epoch: 2, sequence: 5, count: 3, timestamp: 1234);
        Write("topic-0/00000000000000000000.log", batch);

        var text = Text("topic-0/00000000000000000000.log");

        Assert.Equal("Dumping: /data/topic-0/00000000000000000000.log", text[0]);
        Assert.Equal("Log starting offset: 0", text[1]);
        Assert.Equal($"baseOffset: 0 lastOffset: 2 count: 3 baseSequence: 5 lastSequence: 7 producerId: 7 producerEpoch: 2 "
            + "partitionLeaderEpoch: -1 isTransactional: false isControl: false deleteHorizonMs: null position: 0 "
            + $"CreateTime: 1234 size: {batch.Length} magic: 2 compresscodec: none "
            + $"crc: {RecordBatchHeader.Read(batch).Crc} isvalid: true isInOrder: true", text[2]);
        Assert.Equal(3, text.Count);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Zstd)]
    public void Records_show_keys_values_and_headers_when_asked_for(CompressionType codec)
    {
        using var builder = new RecordBatchBuilder { Compression = codec };
        builder.Append(5, "k"u8.ToArray(), "v"u8.ToArray(), [new RecordHeader("h", null)]);
        builder.Append(6, null, new byte[] { 0xff, 0 });
        Write("topic-0/00000000000000000000.log", builder.Build());

        var lines = Lines("topic-0/00000000000000000000.log", new LogDumpOptions { WithData = true });

        Assert.Equal(
            ["| offset: 0 CreateTime: 5 keySize: 1 valueSize: 1 sequence: -1 headerKeys: [\"h\"] key: k payload: v",
             "| offset: 1 CreateTime: 6 keySize: -1 valueSize: 2 sequence: -1 headerKeys: [] key: null payload: base64:/wA="],
            lines.Where(line => line.IsDetail).Select(line => line.ToText()));
        var json = JsonDocument.Parse(lines.First(line => line.IsDetail).ToJson()).RootElement;
        Assert.Equal(("record", "k"), (json.GetProperty("kind").GetString(), json.GetProperty("key").GetString()));
    }

    [Fact]
    public void Deep_shows_records_without_their_data()
    {
        Write("topic-0/00000000000000000000.log", TestBatches.Of("secret"));

        var lines = Lines("topic-0/00000000000000000000.log", new LogDumpOptions { WithRecords = true });

        Assert.Contains(lines, line => line.Kind == "record");
        Assert.DoesNotContain(lines, line => line.ToText().Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Damage_is_told_with_its_place()
    {
        var batch = TestBatches.Of("a");
        batch[^1] ^= 1;
        Write("topic-0/00000000000000000000.log", [.. batch, .. new byte[70]]);

        var problems = Lines("topic-0/00000000000000000000.log").Where(line => line.IsProblem).ToList();

        Assert.Equal(2, problems.Count);
        Assert.Contains("isvalid: false", problems[0].ToText());
        Assert.Contains($"no whole batch begins at position {batch.Length}", problems[1].ToText());
    }

    [Fact]
    public void Indexes_are_shown_and_compared_with_their_log()
    {
        Write("t-0/00000000000000000010.log", TestBatches.Replicated(10, 0, "a", "b"));
        Write("t-0/00000000000000000010.index", [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 99]);
        Write("t-0/00000000000000000010.timeindex", [0, 0, 0, 0, 0, 0, 3, 232, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 231, 0, 0, 0, 1]);

        Assert.Equal(["offset: 11 position: 0", "offset: 15 position: 99",
            "problem: /data/t-0/00000000000000000010.index: no batch that ends at offset 15 begins at position 99 of the log"],
            Text("t-0/00000000000000000010.index").Skip(1));
        Assert.Equal(["timestamp: 1000 offset: 11", "timestamp: 999 offset: 11"],
            Lines("t-0/00000000000000000010.timeindex").Where(line => line.Kind == "timeIndexEntry").Select(line => line.ToText()));
        Assert.Single(Lines("t-0/00000000000000000010.timeindex"), line => line.IsProblem);
    }

    [Fact]
    public void Checkpoints_and_small_files_are_shown()
    {
        Write("leader-epoch-checkpoint", "0\n2\n0 0\n3 17\n"u8.ToArray());
        Write("recovery-point-offset-checkpoint", "0\n1\nmy-topic 3 17\n"u8.ToArray());
        Write("partition.metadata", "version: 0\ntopic_id: AAAAAAAAQAAAAAAAAAAABw"u8.ToArray());

        Assert.Equal(["epoch: 0 startOffset: 0", "epoch: 3 startOffset: 17"], Text("leader-epoch-checkpoint").Skip(1));
        Assert.Equal(["topic: my-topic partition: 3 offset: 17"], Text("recovery-point-offset-checkpoint").Skip(1));
        Assert.Equal(3, Text("partition.metadata").Count);
    }

    [Fact]
    public void A_damaged_file_is_a_problem_and_the_next_one_is_shown_all_the_same()
    {
        Write("a/00000000000000000000.snapshot", [1, 2, 3]);
        Write("a/leader-epoch-checkpoint", "0\n0\n"u8.ToArray());

        var lines = new LogDump(_files, new LogDumpOptions()).Read("/data/a").ToList();

        Assert.Equal(2, lines.Count(line => line.Kind == "file"));
        Assert.Contains("too few for a producer snapshot", Assert.Single(lines, line => line.IsProblem).ToText());
    }

    [Fact]
    public void Records_of_remote_log_metadata_are_decoded()
    {
        var partition = new TopicIdPartition(new Uuid(0x4000, 1), new TopicPartition("orders", 3));
        using var builder = new RecordBatchBuilder();
        builder.Append(1, null, RemoteLogMetadataSerde.Write(new RemoteLogSegmentMetadataUpdate(
            new RemoteLogSegmentId(partition, new Uuid(0x4000, 2)), 5, RemoteLogSegmentState.CopySegmentFinished, BrokerId: 1)));
        Write("__remote_log_metadata-2/00000000000000000000.log", builder.Build());

        var record = Record("__remote_log_metadata-2/00000000000000000000.log");

        Assert.Equal("RemoteLogSegmentMetadataUpdateRecord", record.GetProperty("type").GetString());
        var id = record.GetProperty("payload").GetProperty("remoteLogSegmentId").GetProperty("topicIdPartition");
        Assert.Equal(("orders", 3), (id.GetProperty("name").GetString(), id.GetProperty("partition").GetInt32()));
    }

    [Fact]
    public void Records_of_the_metadata_log_are_decoded()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1, null, MetadataRecordSerde.Write(new TopicRecord { Name = "orders", TopicId = new Uuid(0x4000, 1) }));
        Write("__cluster_metadata-0/00000000000000000000.log", builder.Build());

        var record = Record("__cluster_metadata-0/00000000000000000000.log");

        Assert.Equal("TopicRecord", record.GetProperty("type").GetString());
        Assert.Equal("orders", record.GetProperty("payload").GetProperty("name").GetString());
        Assert.Equal(new Uuid(0x4000, 1).ToString(), record.GetProperty("payload").GetProperty("topicId").GetString());
    }

    [Fact]
    public void Records_of_coordinators_are_decoded()
    {
        var commit = new CoordinatorRecord(new OffsetCommitKey { Group = "g", Topic = "t", Partition = 3 },
            new OffsetCommitValue { Offset = 42, Metadata = "m" }, 3);
        Write("__consumer_offsets-7/00000000000000000000.log", Batch(commit));
        var transaction = new CoordinatorRecord(new TransactionLogKey { TransactionalId = "tx" },
            new TransactionLogValue { ProducerId = 9, TransactionStatus = 1 }, 0);
        Write("__transaction_state-1/00000000000000000000.log", Batch(transaction));

        var offset = Record("__consumer_offsets-7/00000000000000000000.log");
        var state = Record("__transaction_state-1/00000000000000000000.log");

        Assert.Equal(("g", 42L), (offset.GetProperty("key").GetProperty("group").GetString(),
            offset.GetProperty("payload").GetProperty("offset").GetInt64()));
        Assert.Equal(("tx", 9L), (state.GetProperty("key").GetProperty("transactionalId").GetString(),
            state.GetProperty("payload").GetProperty("producerId").GetInt64()));
    }

    [Fact]
    public void A_record_that_cannot_be_decoded_is_shown_as_it_is_with_the_reason()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1, null, "junk"u8.ToArray());
        Write("__cluster_metadata-0/00000000000000000000.log", builder.Build());

        var record = Record("__cluster_metadata-0/00000000000000000000.log");

        Assert.Equal("junk", record.GetProperty("payload").GetString());
        Assert.Contains("frame version", record.GetProperty("undecodable").GetString());
    }

    [Fact]
    public void A_transaction_marker_says_which_it_is()
    {
        Write("t-0/00000000000000000000.log", TestBatches.Abort(7, 0, coordinatorEpoch: 4));

        var record = Record("t-0/00000000000000000000.log");

        Assert.Equal(("ABORT", 4), (record.GetProperty("endTxnMarker").GetString(), record.GetProperty("coordinatorEpoch").GetInt32()));
    }

    [Fact]
    public void A_file_of_an_unknown_kind_and_a_missing_one_are_told_apart()
    {
        Write("notes.txt", "x"u8.ToArray());

        Assert.Contains("of no known kind", Assert.Single(Lines("notes.txt"), line => line.IsProblem).ToText());
        Assert.Throws<FileNotFoundException>(() => Lines("missing.log"));
    }

    [Fact]
    public void Every_coordinator_record_type_is_known_once()
    {
        short[] ofGroups = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23];

        Assert.All(ofGroups, type => Assert.Throws<ProtocolException>(
            () => CoordinatorRecordTypes.ConsumerOffsets.Decode(new byte[] { 0, (byte)type }, null) is null));
        Assert.Null(CoordinatorRecordTypes.ConsumerOffsets.Decode(new byte[] { 0, 9 }, null));
    }

    private static byte[] Batch(CoordinatorRecord record)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1, CoordinatorRecordCodec.EncodeKey(record), CoordinatorRecordCodec.EncodeValue(record));
        return builder.Build();
    }

    private JsonElement Record(string path) => JsonDocument.Parse(
        Lines(path, new LogDumpOptions { WithData = true }).Single(line => line.Kind == "record").ToJson()).RootElement;

    private List<string> Text(string path) => [.. Lines(path).Select(line => line.ToText())];

    private List<DumpLine> Lines(string path, LogDumpOptions? options = null) =>
        [.. new LogDump(_files, options ?? new LogDumpOptions()).Read($"/data/{path}")];

    private void Write(string path, byte[] content)
    {
        _files.CreateDirectory(Path.GetDirectoryName($"/data/{path}")!);
        _files.WriteAllBytes($"/data/{path}", content);
    }
}
