using System.Diagnostics;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Bench.Log;

/// <summary>A partition that is read from local disk, copied to remote storage, deleted locally and read from there, first
/// by a broker that has nothing of it in its caches, then again. All by one consumer, so that the shares count and not
/// the megabytes.</summary>
internal sealed class TierRun(Arguments options)
{
    private const int ValueBytes = 1000;
    private const int AwaitEvery = 5000;
    private const int MegaByte = 1_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string _server = options.Text("server", "127.0.0.1:9092");
    private readonly string _name = options.Text("name", "tier");
    private readonly int _megabytes = options.Number("megabytes", 512);
    private readonly int _segmentMegabytes = options.Number("segment-megabytes", 64);
    private readonly int _rounds = options.Number("rounds", 3);
    private TopicPartition _partition;

    public async Task RunAsync()
    {
        options.EnsureAllKnown();
        _partition = new TopicPartition(_name, 0);
        await using var admin = new AdminClient(new ClientOptions { BootstrapServers = _server });
        await admin.CreateTopicsAsync([new NewTopic(_name, 1, 1)
        {
            Configs = new Dictionary<string, string?>
            {
                ["segment.bytes"] = $"{_segmentMegabytes * MegaByte}", ["file.delete.delay.ms"] = "0",
            },
        }]);
        await ProduceAsync();
        await ReadAsync();
        var local = await MedianAsync(_rounds);

        var copying = Stopwatch.StartNew();
        await SetAsync(admin, "remote.storage.enable", "true");
        // All but the newest segment, which is not closed, and the one before it, which may be small.
        var copied = await UntilAsync(admin, OffsetSpec.EarliestPendingUpload,
            (_megabytes - 2L * _segmentMegabytes) * MegaByte / ValueBytes);
        var copyRate = copied * (double)ValueBytes / MegaByte / copying.Elapsed.TotalSeconds;
        await SetAsync(admin, "local.retention.bytes", "1");
        var remote = await UntilAsync(admin, OffsetSpec.EarliestLocal, copied);

        var cold = await ReadAsync();
        var warm = await MedianAsync(_rounds);
        Console.WriteLine($"{_name}: copy {copyRate:F0} MB/s; read local {local:F0} MB/s, remote with cold caches {cold:F0} MB/s "
            + $"({100 * cold / local:F0} %), with warm ones {warm:F0} MB/s ({100 * warm / local:F0} %); "
            + $"{100.0 * remote * ValueBytes / MegaByte / _megabytes:F0} % of {_megabytes} MB are remote");
    }

    private async Task ProduceAsync()
    {
        await using var producer = new KafkaProducer(new ProducerOptions
        {
            BootstrapServers = _server, LingerMs = 5, BatchSize = 256 * 1024,
        });
        var value = new byte[ValueBytes];
        new Random(1).NextBytes(value);
        var records = (long)_megabytes * MegaByte / ValueBytes;
        for (var number = 1L; number <= records; number++)
        {
            var sent = producer.SendAsync(new ProducerRecord(_name, value) { Partition = 0 });
            if (number % AwaitEvery == 0)
                await sent;
        }
        await producer.FlushAsync();
    }

    private async Task<double> MedianAsync(int rounds)
    {
        var rates = new List<double>();
        for (var round = 0; round < rounds; round++)
            rates.Add(await ReadAsync());
        return rates.Order().ElementAt(rounds / 2);
    }

    private async Task<double> ReadAsync()
    {
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = _server, AutoOffsetReset = AutoOffsetReset.None,
        });
        consumer.Assign([_partition]);
        consumer.Seek(_partition, 0);
        var (clock, left) = (Stopwatch.StartNew(), (long)_megabytes * MegaByte / ValueBytes);
        while (left > 0)
            left -= (await consumer.PollAsync(TimeSpan.FromSeconds(1))).Count;
        return _megabytes / clock.Elapsed.TotalSeconds;
    }

    private async Task<long> UntilAsync(AdminClient admin, OffsetSpec spec, long atLeast)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(Pause))
        {
            var offset = (await admin.ListOffsetsAsync([_partition], spec))[_partition].Offset;
            if (offset >= atLeast)
                return offset;
        }
        throw new TimeoutException($"not tiered within {Patience}");
    }

    private async Task SetAsync(AdminClient admin, string name, string value)
    {
        var results = await admin.IncrementalAlterConfigsAsync(
            new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
            {
                [ConfigResource.Topic(_name)] = [AlterConfig.Set(name, value)],
            });
        if (results.FirstOrDefault(result => result.Error != ErrorCode.None) is { ErrorMessage: { } problem })
            throw new InvalidOperationException($"{name}={value}: {problem}");
    }
}
