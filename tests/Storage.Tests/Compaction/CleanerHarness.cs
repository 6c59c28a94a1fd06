using System.Text;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Compaction;

/// <summary>A record as it is found in the log.</summary>
internal readonly record struct Stored(long Offset, string? Key, string? Value, long Timestamp);

/// <summary>One compacted log of a node, on a disk in memory, that can be cleaned, killed and started again. The clock
/// stands still until the test moves it.</summary>
internal sealed class CleanerHarness
{
    public const string Directory = "/data";
    public static readonly TopicPartition Partition = new("t", 0);
    private static readonly Uuid TopicId = new(0x4000, 7);

    public CleanerHarness(LogConfig? config = null)
    {
        Config = config ?? Compacted;
        new MetaProperties("cluster", 1, new Uuid(0x4000, 1)).Write(Files, Directory);
        Manager = Start();
    }

    /// <summary>Segments of a few batches; cleaned whenever something is dirty.</summary>
    public static LogConfig Compacted { get; } = LogConfig.Default with
    {
        CleanupPolicy = CleanupPolicies.Compact,
        SegmentBytes = 600,
        IndexIntervalBytes = 100,
        MinCleanableDirtyRatio = 0,
        DeleteRetentionMs = 1000,
        SegmentMs = long.MaxValue,
        FileDeleteDelayMs = 0,
    };

    public MemoryFileSystem Files { get; } = new();
    public LogConfig Config { get; }
    public LogManager Manager { get; private set; }
    public UnifiedLog Log => Manager.Get(Partition)!;
    public long NowMs { get; set; } = 10_000;

    /// <summary>Appends a batch with a record, or tombstone, for each pair.</summary>
    public long Put(params (string? Key, string? Value)[] records) => Put(CompressionType.None, records);

    public long Put(CompressionType codec, params (string? Key, string? Value)[] records)
    {
        using var builder = new RecordBatchBuilder { Compression = codec };
        foreach (var (key, value) in records)
            builder.Append(NowMs, Bytes(key), Bytes(value));
        return Append(builder.Build(), AppendOrigin.Coordinator);
    }

    /// <summary>Appends a batch of a transaction, which begins with the first.</summary>
    public long PutTransactional(long producerId, int sequence, params (string Key, string? Value)[] records)
    {
        using var builder = new RecordBatchBuilder
        {
            ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence, IsTransactional = true,
        };
        foreach (var (key, value) in records)
            builder.Append(NowMs, Bytes(key), Bytes(value));
        return Append(builder.Build(), transaction: new TransactionAppend(VerificationGuard.NotAsked));
    }

    public long Append(
        byte[] batch, AppendOrigin origin = AppendOrigin.Client, TransactionAppend transaction = default)
    {
        var appended = Log.AppendAsLeader(batch, leaderEpoch: 0, origin, NowMs, transaction);
        Assert.True(appended.Error == ErrorCode.None, appended.ErrorMessage);
        Log.UpdateHighWatermark(Log.LogEndOffset);
        return appended.FirstOffset;
    }

    /// <summary>Closes the newest segment, so that all there is may be cleaned.</summary>
    public void Roll() => Log.Roll();

    public CleanedLog? Clean(Action<int>? pace = null) => Manager.Cleaner.CleanDirtiest(NowMs, pace ?? (static _ => { }));

    /// <summary>Closes the newest segment and cleans until there is nothing to clean.</summary>
    public void CleanAll()
    {
        Roll();
        while (Clean() is not null)
        {
        }
    }

    public void Restart(bool isClean = false, Random? crash = null)
    {
        if (isClean)
            Manager.Shutdown();
        else if (crash is not null)
            Files.Crash(crash);
        else
            Files.Kill();
        Manager = Start();
    }

    /// <summary>Every record that a consumer gets, in the order of the log.</summary>
    public List<Stored> ReadAll(long from = 0)
    {
        var found = new List<Stored>();
        for (var next = Math.Max(from, Log.LogStartOffset); next < Log.LogEndOffset;)
        {
            var batches = Batches(next);
            if (batches.Count == 0)
                return found;
            foreach (var batch in batches)
                AddRecords(batch, next, found);
            next = batches[^1].Header.NextOffset;
        }
        return found;
    }

    /// <summary>The batches of one read.</summary>
    public List<RecordBatch> Batches(long from = 0)
    {
        var read = Log.Read(from, 1 << 20, FetchIsolation.LogEnd, minOneMessage: true);
        Assert.Equal(ErrorCode.None, read.Error);
        var bytes = new byte[read.Records.SizeInBytes];
        read.Records.Slice?.CopyTo(bytes);
        read.Release();
        var batches = new List<RecordBatch>();
        foreach (var batch in RecordBatches.In(bytes))
        {
            batch.EnsureValidCrc("test");
            batches.Add(batch);
        }
        return batches;
    }

    /// <summary>All headers of the log.</summary>
    public List<RecordBatchHeader> Headers()
    {
        var headers = new List<RecordBatchHeader>();
        for (var next = Log.LogStartOffset; next < Log.LogEndOffset && Batches(next) is { Count: > 0 } read;)
        {
            headers.AddRange(read.Select(batch => batch.Header));
            next = read[^1].Header.NextOffset;
        }
        return headers;
    }

    public IEnumerable<string> FileNames() =>
        Files.List($"{Directory}/{Partition}").Select(entry => entry.Name);

    private static void AddRecords(RecordBatch batch, long from, List<Stored> found)
    {
        foreach (var record in batch.Records(int.MaxValue))
        {
            if (record.Offset >= from && !batch.Header.IsControl)
                found.Add(new Stored(record.Offset, Text(record.Key), Text(record.Value), record.Timestamp));
        }
    }

    private LogManager Start()
    {
        var manager = new LogManager(Files, new LogManagerOptions
        {
            LogDirectories = [Directory], ClusterId = "cluster", NodeId = 1, RecoveryThreads = 1,
        });
        // As a broker does: the settings of topics are not known yet.
        manager.LoadLogs(NowMs);
        manager.GetOrCreate(new TopicIdPartition(TopicId, Partition), Config, NowMs).Config = Config;
        var log = manager.Get(Partition)!;
        log.UpdateHighWatermark(log.LogEndOffset);
        return manager;
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static string? Text(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } present ? Encoding.UTF8.GetString(present.Span) : null;
}
