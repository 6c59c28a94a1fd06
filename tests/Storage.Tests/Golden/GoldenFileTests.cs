using System.Text;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Golden;

/// <summary>
/// Goal: every file is byte for byte what Kafka writes and reads. Method: one history, and each file that it leaves
/// compared with bytes in which every field is spelled out. A change that breaks one of these breaks upgrades.
/// </summary>
public sealed class GoldenFileTests
{
    private static readonly Uuid TopicId = new(0x0011223344554677, unchecked((long)0x8899AABBCCDDEEFF));
    private readonly MemoryFileSystem _files = new();

    public GoldenFileTests()
    {
        new MetaProperties("golden-cluster", 5, new Uuid(0x4000, 1)).Write(_files, "/data");
        var manager = new LogManager(_files, new LogManagerOptions
        {
            LogDirectories = ["/data"], ClusterId = "golden-cluster", NodeId = 5, RecoveryThreads = 1,
        });
        manager.LoadLogs(nowMs: 1000);
        var log = manager.GetOrCreate(
            new TopicIdPartition(TopicId, new TopicPartition("topic-a", 3)), LogConfig.Default with { IndexIntervalBytes = 1 }, 1000);
        Append(log, Plain(), epoch: 0);
        Append(log, TestBatches.Transactional(producerId: 7, epoch: 2, sequence: 9, timestamp: 0x0102), epoch: 4);
        Append(log, TestBatches.Abort(7, 2, coordinatorEpoch: 6, nowMs: 0x0103), epoch: 4, AppendOrigin.Coordinator);
        log.MaybeIncrementLogStartOffset(1);
        manager.Shutdown(brokerEpoch: 21);
    }

    [Fact]
    public void Segment() => AssertBytes("topic-a-3/00000000000000000000.log",
        // base offset, length, leader epoch, magic, crc, attributes, last offset delta
        "0000000000000000" + "00000044" + "00000000" + "02" + "CRC0CRC0" + "0000" + "00000001" +
        // base timestamp, max timestamp, producer id, epoch, sequence, count
        "0000000000000100" + "0000000000000101" + "FFFFFFFFFFFFFFFF" + "FFFF" + "FFFFFFFF" + "00000002" +
        // length 8, attributes, timestamp delta 0, offset delta 0, key "k", value "v", no headers
        "10" + "00" + "00" + "00" + "026B" + "0276" + "00" +
        // length 9, attributes, timestamp delta 1, offset delta 1, null key, null value, header "h" without value
        "12" + "00" + "02" + "02" + "01" + "01" + "02" + "0268" + "01" +
        // transactional
        "0000000000000002" + "0000003B" + "00000004" + "02" + "CRC0CRC0" + "0010" + "00000000" +
        "0000000000000102" + "0000000000000102" + "0000000000000007" + "0002" + "00000009" + "00000001" +
        "12" + "00" + "00" + "00" + "01" + "06372D39" + "00" +
        // abort marker: key version 0, type 0; value version 0, coordinator epoch 6
        "0000000000000003" + "00000042" + "00000004" + "02" + "CRC0CRC0" + "0030" + "00000000" +
        "0000000000000103" + "0000000000000103" + "0000000000000007" + "0002" + "FFFFFFFF" + "00000001" +
        "20" + "00" + "00" + "00" + "0800000000" + "0C000000000006" + "00");

    [Fact]
    public void Offset_index() => AssertBytes("topic-a-3/00000000000000000000.index",
        "00000002" + "00000050" + "00000003" + "00000097");

    [Fact]
    public void Time_index() => AssertBytes("topic-a-3/00000000000000000000.timeindex",
        "0000000000000102" + "00000002" + "0000000000000103" + "00000003");

    [Fact]
    public void Transaction_index() => AssertBytes("topic-a-3/00000000000000000000.txnindex",
        "0000" + "0000000000000007" + "0000000000000002" + "0000000000000003" + "0000000000000004");

    [Fact]
    public void Producer_snapshot() => AssertBytes("topic-a-3/00000000000000000004.snapshot",
        // version, crc, count; id, epoch, last sequence, last offset, delta, timestamp, coordinator epoch, open transaction
        "0001" + "CRC0CRC0" + "00000001" +
        "0000000000000007" + "0002" + "00000009" + "0000000000000002" + "00000000" + "0000000000000103" + "00000006" + "FFFFFFFFFFFFFFFF");

    [Fact]
    public void Leader_epochs() => AssertText("topic-a-3/leader-epoch-checkpoint", "0\n2\n0 1\n4 2\n");

    [Fact]
    public void Partition_metadata() =>
        AssertText("topic-a-3/partition.metadata", "version: 0\ntopic_id: ABEiM0RVRneImaq7zN3u_w");

    [Fact]
    public void Recovery_points() => AssertText("recovery-point-offset-checkpoint", "0\n1\ntopic-a 3 4\n");

    [Fact]
    public void High_watermarks() => AssertText("replication-offset-checkpoint", "0\n1\ntopic-a 3 4\n");

    [Fact]
    public void Log_start_offsets() => AssertText("log-start-offset-checkpoint", "0\n1\ntopic-a 3 1\n");

    [Fact]
    public void Clean_shutdown() => AssertText(".kafka_cleanshutdown", "{\"version\":0,\"brokerEpoch\":21}");

    [Fact]
    public void Meta_properties() => AssertText("meta.properties",
        "cluster.id=golden-cluster\ndirectory.id=AAAAAAAAQAAAAAAAAAAAAQ\nnode.id=5\nversion=1\n");

    [Fact]
    public void Cleaned_offsets()
    {
        var harness = new Compaction.CleanerHarness();
        harness.Put(("a", "1"));
        harness.Put(("a", "2"));
        harness.CleanAll();

        Assert.Equal("0\n1\nt 0 2\n",
            Encoding.UTF8.GetString(harness.Files.ReadAllBytes("/data/cleaner-offset-checkpoint")));
    }

    [Fact]
    public void Files_that_were_written_here_are_read_again()
    {
        var manager = new LogManager(_files, new LogManagerOptions { LogDirectories = ["/data"], NodeId = 5, RecoveryThreads = 1 });
        var report = manager.LoadLogs(nowMs: 1000);
        var log = manager.Logs[0];

        Assert.Equal(0, report.UncleanDirectories);
        Assert.Equal((1L, 4L, 4L, 4), (log.LogStartOffset, log.HighWatermark, log.LogEndOffset, log.LatestEpoch));
        Assert.Equal(new AbortedTransaction(7, 2, 3, 4), Assert.Single(log.AbortedTransactions(0, 4)));
        Assert.Equal(TopicId, log.TopicId);
    }

    private static byte[] Plain()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0x0100, "k"u8.ToArray(), "v"u8.ToArray());
        builder.Append(0x0101, null, null, [new RecordHeader("h", null)]);
        return builder.Build();
    }

    private static void Append(UnifiedLog log, byte[] batch, int epoch, AppendOrigin origin = AppendOrigin.Client)
    {
        var appended = log.AppendAsLeader(
            batch, epoch, origin, nowMs: 1000, new TransactionAppend(origin == AppendOrigin.Client ? VerificationGuard.NotAsked : null));
        Assert.Equal(ErrorCode.None, appended.Error);
        log.UpdateHighWatermark(log.LogEndOffset);
    }

    private void AssertText(string file, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(_files.ReadAllBytes($"/data/{file}")));

    // Checksums are checked on their own: nobody can write them down.
    private void AssertBytes(string file, string expected)
    {
        var bytes = _files.ReadAllBytes($"/data/{file}");
        var actual = Convert.ToHexString(bytes);
        for (var at = expected.IndexOf("CRC0CRC0", StringComparison.Ordinal); at >= 0;
            at = expected.IndexOf("CRC0CRC0", StringComparison.Ordinal))
            expected = expected[..at] + actual.Substring(at, 8) + expected[(at + 8)..];
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Checksums_are_the_castagnoli_ones_of_what_follows_them()
    {
        var snapshot = _files.ReadAllBytes("/data/topic-a-3/00000000000000000004.snapshot");
        var log = _files.ReadAllBytes("/data/topic-a-3/00000000000000000000.log");

        Assert.Equal(Castagnoli(snapshot.AsSpan(6)), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(snapshot.AsSpan(2)));
        Assert.Equal(Castagnoli(log.AsSpan(21, 0x50 - 21)), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(17)));
    }

    // The definition, bit by bit, and not the implementation under test.
    private static uint Castagnoli(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }
}
