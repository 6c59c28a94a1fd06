using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

/// <summary>One log on a disk in memory, that can be killed, cut from power and opened again.</summary>
internal sealed class LogHarness
{
    public const string Root = "/data";
    public const string Path = "/data/topic-0";
    public static readonly TopicPartition Partition = new("topic", 0);

    public LogHarness(LogConfig? config = null)
    {
        Config = config ?? LogConfig.Default;
        Files.CreateDirectory(Root);
        Files.SyncDirectory("/");
        Log = Open(wasClean: false);
    }

    public MemoryFileSystem Files { get; } = new();
    public LogConfig Config { get; set; }
    public LogDirectory Directory { get; private set; } = new(Root);
    public DeletionQueue Deletions { get; private set; } = null!;
    public UnifiedLog Log { get; private set; }
    public long RecoveryPoint { get; set; }
    public long LogStartOffset { get; set; }

    public LogAppendInfo Append(params string[] values) => Append(TestBatches.Of(values));

    public LogAppendInfo Append(
        byte[] batch, int epoch = 0, long nowMs = 1000, AppendOrigin origin = AppendOrigin.Client,
        TransactionAppend transaction = default)
    {
        var appended = Log.AppendAsLeader(batch, epoch, origin, nowMs, transaction);
        if (appended.Error == ErrorCode.None)
            Log.UpdateHighWatermark(Log.LogEndOffset);
        return appended;
    }

    /// <summary>Appends a batch of a transaction, of which the coordinator has said that it is right.</summary>
    public LogAppendInfo AppendTransactional(long producerId, int sequence, int count = 1, short epoch = 0) => Append(
        TestBatches.Transactional(producerId, epoch, sequence, count),
        transaction: new TransactionAppend(VerificationGuard.NotAsked));

    /// <summary>Appends the marker of a coordinator.</summary>
    public LogAppendInfo AppendMarker(byte[] marker, short version = 0) => Append(
        marker, origin: AppendOrigin.Coordinator, transaction: new TransactionAppend(null, version));

    public void AppendMany(int count, int bytes = 500, long timestamp = 1000)
    {
        for (var i = 0; i < count; i++)
            Assert.Equal(ErrorCode.None, Append(TestBatches.OfSize(bytes, seed: i, timestamp: timestamp)).Error);
    }

    /// <summary>Everything from an offset on, read in pieces of <paramref name="maxBytes"/>.</summary>
    public List<(long Offset, string Value)> ReadAll(long from = 0, int maxBytes = 1 << 20)
    {
        var values = new List<(long, string)>();
        var next = from;
        while (true)
        {
            var records = Read(next, maxBytes);
            var batch = TestBatches.Values(records).Where(value => value.Offset >= next).ToList();
            if (batch.Count == 0)
                return values;
            values.AddRange(batch);
            next = batch[^1].Offset + 1;
        }
    }

    public byte[] Read(long from, int maxBytes = 1 << 20, FetchIsolation isolation = FetchIsolation.LogEnd)
    {
        var found = Log.Read(from, maxBytes, isolation, minOneMessage: true);
        Assert.Equal(ErrorCode.None, found.Error);
        return Copy(found);
    }

    public static byte[] Copy(FetchDataInfo found)
    {
        var bytes = new byte[found.Records.SizeInBytes];
        found.Records.Slice?.CopyTo(bytes);
        found.Release();
        return bytes;
    }

    /// <summary>Ends in order and starts again.</summary>
    public void Restart()
    {
        RecoveryPoint = Log.LogEndOffset;
        Log.Close();
        Log = Open(wasClean: true);
    }

    /// <summary>kill -9 and start again.</summary>
    public void KillAndRestart()
    {
        Files.Kill();
        Log = Open(wasClean: false);
    }

    /// <summary>A power cut and start again.</summary>
    public void CrashAndRestart(Random? random = null)
    {
        Files.Crash(random);
        Log = Open(wasClean: false);
    }

    public UnifiedLog Open(bool wasClean)
    {
        Directory = new LogDirectory(Root);
        Deletions = new DeletionQueue(Files);
        return UnifiedLog.Open(new LogLoadContext(
            Files, Directory, Path, Partition, Config, RecoveryPoint, LogStartOffset, wasClean, NowMs: 1000),
            Deletions, highWatermark: long.MaxValue);
    }
}
