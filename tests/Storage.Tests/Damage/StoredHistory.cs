using System.Text;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Damage;

/// <summary>How a transaction ended.</summary>
internal enum Outcome
{
    None,
    Open,
    Committed,
    Aborted,
}

/// <summary>A log directory with every kind of file, made by random appends, transactions, flushes, deletions and rolls;
/// and what the log must say of it.</summary>
internal sealed class StoredHistory
{
    public const string Root = "/data";
    public const long IdempotentProducer = 1;
    public static readonly TopicPartition Partition = new("topic", 0);
    private static readonly Uuid TopicId = new(7, 7);
    private static readonly long[] Transactional = [11, 12, 13];

    private readonly Random _random;
    private readonly MemoryFileSystem _files = new();
    private readonly UnifiedLog _log;
    private readonly SortedDictionary<long, (string Value, long ProducerId)> _records = [];
    private readonly Dictionary<long, Outcome> _outcomes = [];
    private readonly Dictionary<long, int> _sequences = [];
    private readonly Dictionary<long, List<long>> _open = [];
    private int _epoch;

    public StoredHistory(Random random, bool isClean)
    {
        _random = random;
        IsClean = isClean;
        new MetaProperties("cluster", 1, new Uuid(1, 1)).Write(_files, Root);
        var manager = Open(_files);
        manager.LoadLogs(nowMs: 0);
        _log = manager.GetOrCreate(new TopicIdPartition(TopicId, Partition), Config, nowMs: 0);
        for (var step = 0; step < 60; step++)
            Step(manager);
        AppendIdempotent();
        End(manager);
        Files = Copy();
    }

    /// <summary>Settings with which every kind of file gets something to hold.</summary>
    public static LogConfig Config => LogConfig.Default with { SegmentBytes = 2500, IndexIntervalBytes = 200, RetentionMs = -1 };

    /// <summary>The log was closed in order.</summary>
    public bool IsClean { get; }

    /// <summary>Every file.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>First offset.</summary>
    public long LogStartOffset => _log.LogStartOffset;

    /// <summary>Offset after the last record.</summary>
    public long EndOffset { get; private set; }

    /// <summary>What was on disk for certain.</summary>
    public long FlushedOffset { get; private set; }

    /// <summary>The last batch of the idempotent producer.</summary>
    public byte[] LastIdempotent { get; private set; } = [];

    /// <summary>Its next sequence number.</summary>
    public int NextSequence => _sequences.GetValueOrDefault(IdempotentProducer);

    /// <summary>Opens log directories as a node does.</summary>
    public static LogManager Open(IFileSystem files) => new(files, new LogManagerOptions
    {
        LogDirectories = [Root], ClusterId = "cluster", NodeId = 1, RecoveryThreads = 1, DefaultConfig = Config,
    });

    /// <summary>The record at an offset; null for markers.</summary>
    public string? ValueAt(long offset) => _records.TryGetValue(offset, out var record) ? record.Value : null;

    /// <summary>Offsets of all records between two offsets.</summary>
    public IEnumerable<long> Records(long from, long to) => _records.Keys.Where(offset => offset >= from && offset < to);

    /// <summary>How the transaction of a record ended.</summary>
    public Outcome OutcomeOf(long offset) => _outcomes.GetValueOrDefault(offset);

    private void Step(LogManager manager)
    {
        switch (_random.Next(20))
        {
            case < 6:
                AppendPlain();
                break;
            case < 9:
                AppendIdempotent();
                break;
            case < 14:
                AppendTransactional(Transactional[_random.Next(Transactional.Length)]);
                break;
            case < 17:
                EndTransaction();
                break;
            case 17:
                _log.Flush();
                manager.CheckpointRecoveryPoints();
                break;
            case 18:
                _epoch++;
                break;
            default:
                // As a leader: what is deleted was read by everybody before.
                _log.MaybeIncrementLogStartOffset(_log.LogStartOffset + _random.Next(4));
                break;
        }
    }

    private void AppendPlain()
    {
        CompressionType[] codecs = [CompressionType.None, CompressionType.None, CompressionType.Gzip, CompressionType.Lz4];
        using var builder = new RecordBatchBuilder { Compression = codecs[_random.Next(codecs.Length)] };
        var values = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => new string((char)_random.Next('a', 'z'), _random.Next(150)));
        foreach (var value in values)
            builder.Append(_random.Next(2000), null, Encoding.UTF8.GetBytes(value));
        Append(builder.Build(), producerId: -1);
    }

    private void AppendIdempotent()
    {
        var sequence = NextSequence;
        var count = _random.Next(1, 4);
        var batch = TestBatches.Idempotent(IdempotentProducer, 0, sequence, count);
        LastIdempotent = [.. batch];
        Append(batch, producerId: -1);
        _sequences[IdempotentProducer] = sequence + count;
    }

    private void AppendTransactional(long producerId)
    {
        var sequence = _sequences.GetValueOrDefault(producerId);
        var count = _random.Next(1, 4);
        var first = _log.LogEndOffset;
        Append(TestBatches.Transactional(producerId, 0, sequence, count), producerId);
        _sequences[producerId] = sequence + count;
        if (!_open.TryGetValue(producerId, out var offsets))
            _open[producerId] = offsets = [];
        for (var i = 0; i < count; i++)
        {
            offsets.Add(first + i);
            _outcomes[first + i] = Outcome.Open;
        }
    }

    private void EndTransaction()
    {
        if (_open.Count == 0)
            return;
        var producerId = _open.Keys.Order().ElementAt(_random.Next(_open.Count));
        var commits = _random.Next(2) == 0;
        var marker = commits ? TestBatches.Commit(producerId, 0) : TestBatches.Abort(producerId, 0);
        Assert.Equal(ErrorCode.None, _log.AppendAsLeader(
            marker, _epoch, AppendOrigin.Coordinator, nowMs: 1000, new TransactionAppend(null)).Error);
        _log.UpdateHighWatermark(_log.LogEndOffset);
        _open.Remove(producerId, out var offsets);
        foreach (var offset in offsets!)
            _outcomes[offset] = commits ? Outcome.Committed : Outcome.Aborted;
    }

    private void Append(byte[] batch, long producerId)
    {
        var appended = _log.AppendAsLeader(batch, _epoch, AppendOrigin.Client, nowMs: 1000,
            new TransactionAppend(producerId >= 0 ? VerificationGuard.NotAsked : null));
        Assert.Equal(ErrorCode.None, appended.Error);
        _log.UpdateHighWatermark(_log.LogEndOffset);
        // The batch carries its offsets now.
        foreach (var (offset, value) in TestBatches.Values(batch))
            _records[offset] = (value, producerId);
    }

    private void End(LogManager manager)
    {
        EndOffset = _log.LogEndOffset;
        manager.CheckpointHighWatermarks();
        manager.CheckpointLogStartOffsets();
        if (IsClean)
            manager.Shutdown(brokerEpoch: 3);
        else
            manager.CheckpointRecoveryPoints();
        FlushedOffset = _log.RecoveryPoint;
        _files.Kill();
    }

    private Dictionary<string, byte[]> Copy()
    {
        var partition = $"{Root}/{Partition}";
        return ((string[])[Root, partition])
            .SelectMany(folder => _files.List(folder).Where(static entry => !entry.IsDirectory).Select(entry => $"{folder}/{entry.Name}"))
            .Where(static path => !path.EndsWith(".lock", StringComparison.Ordinal))
            .ToDictionary(static path => path, _files.ReadAllBytes);
    }
}
