using BenchmarkDotNet.Attributes;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Micro;

/// <summary>The log's share of a produce and of a fetch request: check, assign offsets, one write; find, slice.</summary>
[MemoryDiagnoser]
public class LogBenchmarks
{
    private const int AppendsBeforeTruncation = 4096;
    private const long NowMs = 1_700_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("log-benchmark").FullName;
    private LogManager? _manager;
    private UnifiedLog? _log;
    private byte[] _batch = [];
    private int _appends;

    [Params(1024, 16 * 1024, 128 * 1024)]
    public int BatchBytes { get; set; }

    private UnifiedLog Log => _log ?? throw new InvalidOperationException("the benchmark is not set up");

    [GlobalSetup]
    public void Open()
    {
        var files = new PosixFileSystem();
        new MetaProperties("benchmark", 1, Uuid.Random()).Write(files, _folder);
        _manager = new LogManager(files, new LogManagerOptions { LogDirectories = [_folder], NodeId = 1 });
        _manager.LoadLogs(NowMs);
        var partition = new TopicIdPartition(Uuid.Random(), new TopicPartition("benchmark", 0));
        _log = _manager.GetOrCreate(partition, LogConfig.Default with { FileDeleteDelayMs = 0 }, NowMs);
        _batch = BuildBatch();
        AppendBatch();
        Log.UpdateHighWatermark(Log.LogEndOffset);
    }

    [GlobalCleanup]
    public void Close()
    {
        _manager?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public long Append()
    {
        if (++_appends % AppendsBeforeTruncation == 0)
        {
            Log.TruncateFullyAndStartAt(0);
            _manager!.DeleteScheduled(NowMs);
        }
        return AppendBatch();
    }

    [Benchmark]
    public int Read()
    {
        var found = Log.Read(0, BatchBytes, FetchIsolation.LogEnd, minOneMessage: true);
        var size = found.Records.SizeInBytes;
        found.Release();
        return size;
    }

    private long AppendBatch()
    {
        RecordBatchHeader.PatchOffsetAndEpoch(_batch, baseOffset: 0, partitionLeaderEpoch: -1);
        var appended = Log.AppendAsLeader(_batch, leaderEpoch: 1, AppendOrigin.Client, NowMs);
        return appended.Error == ErrorCode.None ? appended.LastOffset
            : throw new InvalidOperationException($"the append failed: {appended.ErrorMessage}");
    }

    private byte[] BuildBatch()
    {
        using var builder = new RecordBatchBuilder();
        do
            builder.Append(NowMs, null, new byte[100]);
        while (builder.EstimatedSize + RecordBatchBuilder.MaxRecordSize(0, 100) <= BatchBytes);
        return builder.Build();
    }
}
