using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Apis.Data;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Replication;
using Platform.Broker.Schemas;
using Platform.Broker.Security;
using Platform.Cluster.FetchSessions;
using Platform.Cluster.Replication;
using Platform.Cluster.Schemas;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Micro;

/// <summary>A produce and a fetch request as the broker serves them, without the socket: from the bytes of a frame to
/// the encoded response, with the real handlers on a real partition. The memory column must not grow with the records
/// of a request.</summary>
[MemoryDiagnoser]
public class RequestBenchmarks
{
    private const short ProduceVersion = 9;
    private const short FetchVersion = 12;
    private const int RequestsBetweenDeletions = 1024;
    private const int FetchedBytes = 1 << 20;
    private const int RecordBytes = 100;
    private const long RecordTimeMs = 1_700_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("request-benchmark").FullName;
    private readonly TimingWheel _timers = new(TimeProvider.System);
    private readonly ConnectionContext _connection =
        new() { Id = 1, ListenerName = "PLAINTEXT", ClientHost = "127.0.0.1" };

    private LogManager? _logs;
    private Partition? _written;
    private RequestDispatcher? _dispatcher;
    private byte[] _produce = [];
    private byte[] _fetch = [];
    private int _recordsAt;
    private int _requests;

    /// <summary>Records of 100 bytes in the produced batch, and in each batch that is fetched.</summary>
    [Params(1, 1000)]
    public int Records { get; set; }

    private RequestDispatcher Dispatcher =>
        _dispatcher ?? throw new InvalidOperationException("the benchmark is not set up");

    [GlobalSetup]
    public void Open()
    {
        var files = new PosixFileSystem();
        new MetaProperties("benchmark", 1, Uuid.Random()).Write(files, _folder);
        _logs = new LogManager(files, new LogManagerOptions { LogDirectories = [_folder], NodeId = 1 });
        _logs.LoadLogs(Now());
        var rules = new ReplicationRules(MaxLagMs: 30_000, static id => new BrokerStanding(IsActive: true, Epoch: id));
        var replicas = new ReplicaManager(
            _logs, _timers, new PartitionContext(1, rules, new NoChanges(), new ReplicaCounters(), TimeProvider.System));
        _written = Host(replicas, "written");
        Fill(Host(replicas, "read"));
        var metadata = new MetadataCache("benchmark", 1);
        var (metrics, quotas) = (new BrokerTopicMetrics(), new ClientQuotaManager());
        var sessions = new FetchSessionCache(1000, () => Random.Shared.Next());
        _dispatcher = new RequestDispatcher(
            new ApiHandlerTable(NullLogger.Instance)
                .Add(new ProduceHandler(replicas, Gate(replicas, metadata), metadata, metrics, quotas))
                .Add(new FetchHandler(replicas, sessions, metadata, metrics, quotas, new FetchAccess(Authorizer.Off, metadata), 55 << 20)),
            TimeProvider.System);
        var batch = Batch();
        _produce = Frame(ProduceOf(batch), ProduceVersion);
        _recordsAt = _produce.AsSpan().IndexOf(batch);
        _fetch = Frame(FetchOf(), FetchVersion);
    }

    [GlobalCleanup]
    public void Close()
    {
        _timers.Dispose();
        _logs?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public int Produce()
    {
        if (++_requests % RequestsBetweenDeletions == 0)
        {
            _written!.Log.DeleteOldSegments(Now());
            _logs!.DeleteScheduled(Now());
        }
        // The broker has patched offset and epoch into the frame of the last request.
        RecordBatchHeader.PatchOffsetAndEpoch(_produce.AsSpan(_recordsAt), baseOffset: 0, partitionLeaderEpoch: -1);
        return Dispatch(_produce);
    }

    [Benchmark]
    public int Fetch() => Dispatch(_fetch);

    private int Dispatch(byte[] frame)
    {
        var pending = Dispatcher.DispatchAsync(frame, _connection);
        using var response = pending.IsCompletedSuccessfully ? pending.Result : null;
        return response is { TotalLength: > 0 and var length }
            ? (int)length
            : throw new InvalidOperationException("the request was not answered at once");
    }

    // Nobody has anything against these requests, so that nobody is asked.
    private static ProduceGate Gate(ReplicaManager replicas, MetadataCache metadata) => new(
        new TransactionalProduce(replicas, verifier: null!, () => true),
        new SchemaValidation(new RegisteredSchemas(), follower: null!, metadata, properties: null!, TimeProvider.System));

    private static Partition Host(ReplicaManager replicas, string topic)
    {
        var id = new TopicIdPartition(Uuid.Random(), new TopicPartition(topic, 0));
        replicas.Lead(
            id, LogConfig.Default with { SegmentBytes = 64 << 20, RetentionBytes = 1, RetentionMs = -1, FileDeleteDelayMs = 0 },
            leaderEpoch: 0, new ReplicaSet([1], [1], 1));
        return replicas.Find(id.TopicPartition)!;
    }

    // A partition without followers has nobody to propose.
    private sealed class NoChanges : IIsrChannel
    {
        public void Submit(TopicIdPartition partition, IsrChange change, Func<IsrAnswer, IsrOutcome> onAnswer) =>
            throw new InvalidOperationException($"{partition} has no followers");
    }

    private void Fill(Partition partition)
    {
        for (var bytes = 0; bytes < 2 * FetchedBytes;)
        {
            var batch = Batch();
            bytes += batch.Length;
            var appended = partition.AppendAsLeader(batch, acks: 1, AppendOrigin.Client, -1, Now());
            if (appended.Error != ErrorCode.None)
                throw new InvalidOperationException($"the append failed: {appended.ErrorMessage}");
        }
    }

    private byte[] Batch()
    {
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < Records; i++)
            builder.Append(RecordTimeMs, null, new byte[RecordBytes]);
        return builder.Build();
    }

    private static ProduceRequest ProduceOf(byte[] batch) => new()
    {
        Acks = 1,
        TimeoutMs = 1000,
        TopicData =
            [new() { Name = "written", PartitionData = [new() { Index = 0, Records = new RecordsData(batch) }] }],
    };

    private static FetchRequest FetchOf() => new()
    {
        MaxWaitMs = 500,
        MinBytes = 1,
        MaxBytes = FetchedBytes,
        SessionEpoch = -1,
        Topics = [new() { Topic = "read", Partitions = [new() { FetchOffset = 5, PartitionMaxBytes = FetchedBytes }] }],
    };

    private static byte[] Frame(IRequest request, short version)
    {
        using var writer = new ProtocolWriter();
        var header = new RequestHeader
        {
            RequestApiKey = (short)request.ApiKey,
            RequestApiVersion = version,
            CorrelationId = 1,
            ClientId = "benchmark",
        };
        header.Write(writer, ApiKeys.Get(request.ApiKey).RequestHeaderVersion(version));
        request.Write(writer, version);
        return writer.Written.ToArray();
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
