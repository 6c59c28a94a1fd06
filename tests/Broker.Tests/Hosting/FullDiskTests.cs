using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Platform.Broker.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Hosting;

/// <summary>A whole node, metadata and records, on a disk that fills up.</summary>
public sealed class FullDiskTests
{
    private const string Topic = "full";
    private const long Roomy = 1L << 40;

    // What is left for the node itself, which may write metadata at any time, such as its own registration.
    private const int Reserve = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MemoryFileSystem _disk = new() { Capacity = Roomy };
    private readonly LogLines _log = new();
    private readonly HashSet<string> _acknowledged = [];

    [Fact]
    public async Task A_full_disk_refuses_producers_says_so_and_loses_nothing_that_was_acknowledged()
    {
        var node = await StartAsync();
        await CreateTopicAsync(node);
        Assert.Null(await ProduceAsync(node, "before", records: 20));

        _disk.Capacity = Roomy - _disk.AvailableBytes("/data") + Reserve + 3000;
        var refusal = await ProduceAsync(node, "while", records: 20);

        Assert.NotNull(refusal);
        Assert.Contains("KAFKA_STORAGE_ERROR", refusal.ToString(), StringComparison.Ordinal);
        var line = Assert.Single(_log.Lines, l => l.Contains("is full", StringComparison.Ordinal));
        Assert.Contains("/data", line, StringComparison.Ordinal);
        Assert.False(node.Failed.IsCompleted);

        // The same process goes on as soon as there is room.
        _disk.Capacity = Roomy;
        Assert.Null(await ProduceAsync(node, "after", records: 20));
        Assert.Superset(_acknowledged, await ReadAsync(node));

        await node.KillAsync();
        _disk.Kill();
        node = await StartAsync();
        Assert.Superset(_acknowledged, await ReadAsync(node));
        Assert.InRange(_acknowledged.Count, 41, 59);
        await node.DisposeAsync();
    }

    private async Task<BrokerHost> StartAsync()
    {
        var config = BrokerConfig.Parse(overrides: new Dictionary<string, string>
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["log.dirs"] = "/data",
            ["platform.log.dir.reserve.bytes"] = $"{Reserve}",
            ["listeners"] = "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
            ["controller.listener.names"] = "CONTROLLER",
            ["controller.quorum.voters"] = "1@127.0.0.1:0",
        });
        if (StorageFormatter.ClusterIdOf(_disk, config.Node) is null)
            StorageFormatter.Format(_disk, config.Node, Uuid.Random().ToString());
        return await BrokerHost.StartAsync(config, new BrokerHostOptions
        {
            Files = _disk,
            LoggerFactory = LoggerFactory.Create(logging => logging.AddProvider(_log)),
            BoundControllers = new BoundControllers(),
        });
    }

    private static async Task CreateTopicAsync(BrokerHost node)
    {
        await using var admin = new AdminClient(new ClientOptions { BootstrapServers = node.BootstrapServers });
        var created = await admin.CreateTopicsAsync([new NewTopic(Topic, 1, 1)]);
        Assert.Equal(ErrorCode.None, created[0].Error);
    }

    // Returns the first refusal: what comes behind it is not sent.
    private async Task<Exception?> ProduceAsync(BrokerHost node, string phase, int records)
    {
        await using var producer = new KafkaProducer(new ProducerOptions
        {
            BootstrapServers = node.BootstrapServers,
            EnableIdempotence = false,
            LingerMs = 0,
            RequestTimeoutMs = 1000,
            DeliveryTimeoutMs = 1000,
        });
        for (var i = 0; i < records; i++)
        {
            var value = $"{phase}-{i}";
            try
            {
                await producer.SendAsync(
                    new ProducerRecord(Topic, Encoding.UTF8.GetBytes(value + new string(' ', 500))) { Partition = 0 });
                _acknowledged.Add(value);
            }
            catch (KafkaException refused)
            {
                return refused;
            }
        }
        return null;
    }

    private async Task<HashSet<string>> ReadAsync(BrokerHost node)
    {
        await using var consumer = new KafkaConsumer(
            new ConsumerOptions { BootstrapServers = node.BootstrapServers, AutoOffsetReset = AutoOffsetReset.Earliest });
        var from = new TopicPartition(Topic, 0);
        consumer.Assign([from]);
        consumer.SeekToBeginning([from]);
        var read = new HashSet<string>();
        using var limit = new CancellationTokenSource(Patience);
        while (!read.IsSupersetOf(_acknowledged) && !limit.IsCancellationRequested)
            foreach (var record in await consumer.PollAsync(TimeSpan.FromMilliseconds(200)))
                read.Add(Encoding.UTF8.GetString(record.Value!.Value.Span).TrimEnd());
        return read;
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose() => Lines.Clear();
    }
}
