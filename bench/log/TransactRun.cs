using System.Diagnostics;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Producing;

namespace Platform.Bench.Log;

/// <summary>Transactions of a hundred records on one partition, against an idempotent producer that sends and awaits
/// batches of the same size: in turns, on the same broker.</summary>
internal sealed class TransactRun(Arguments options)
{
    private const string Topic = "transact";
    private const int WarmUpRounds = 3;
    // Both sides wait for the network once or twice whatever the size is, so that the share grows with it.
    private static readonly int[] DefaultSizes = [100, 500, 1000];
    private readonly string _server = options.Text("server", "127.0.0.1:9092");
    private readonly int _rounds = options.Number("rounds", 5);
    private readonly int _transactions = options.Number("transactions", 2000);
    private readonly int _records = options.Number("records", 100);
    private readonly int _recordBytes = options.Number("record-bytes", 0);
    private byte[] _value = [];

    public async Task RunAsync()
    {
        options.EnsureAllKnown();
        await using var admin = new AdminClient(new ClientOptions { BootstrapServers = _server });
        await admin.CreateTopicsAsync([new NewTopic(Topic, 1, 1)]);
        await using var plain = new KafkaProducer(Options(null));
        await using var transactional = new KafkaProducer(Options("bench"));
        await transactional.InitTransactionsAsync();
        foreach (var size in _recordBytes > 0 ? [_recordBytes] : DefaultSizes)
            await CompareAsync(plain, transactional, size);
    }

    private async Task CompareAsync(KafkaProducer plain, KafkaProducer transactional, int recordBytes)
    {
        _value = new byte[recordBytes];
        // Until the code of both sides is compiled for good, which takes the cores' time from what is measured.
        for (var warm = 0; warm < WarmUpRounds; warm++)
        {
            await IdempotentAsync(plain);
            await TransactionalAsync(transactional, []);
        }
        var (rates, commits) = (new List<(double Plain, double Transactional)>(), new List<double>());
        for (var round = 0; round < _rounds; round++)
            rates.Add((await IdempotentAsync(plain), await TransactionalAsync(transactional, commits)));
        commits.Sort();
        var a = rates.Select(rate => rate.Plain).Order().ElementAt(_rounds / 2);
        var b = rates.Select(rate => rate.Transactional).Order().ElementAt(_rounds / 2);
        Console.WriteLine($"records of {recordBytes} bytes: idempotent {a:F0} records/s, transactional {b:F0} records/s: {100 * b / a:F0} %; " +
            $"commit p50 {At(commits, 0.5):F2} ms, p99 {At(commits, 0.99):F2} ms, worst {commits[^1]:F2} ms of {commits.Count}");
    }

    private async Task<double> IdempotentAsync(KafkaProducer producer)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < _transactions; i++)
        {
            Send(producer);
            await producer.FlushAsync();
        }
        return _transactions * _records / clock.Elapsed.TotalSeconds;
    }

    private async Task<double> TransactionalAsync(KafkaProducer producer, List<double> commits)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < _transactions; i++)
        {
            producer.BeginTransaction();
            Send(producer);
            var commit = Stopwatch.GetTimestamp();
            await producer.CommitTransactionAsync();
            commits.Add(Stopwatch.GetElapsedTime(commit).TotalMilliseconds);
        }
        return _transactions * _records / clock.Elapsed.TotalSeconds;
    }

    private void Send(KafkaProducer producer)
    {
        for (var i = 0; i < _records; i++)
            _ = producer.SendAsync(new ProducerRecord(Topic, _value) { Partition = 0 });
    }

    private ProducerOptions Options(string? transactionalId) => new()
    {
        BootstrapServers = _server, EnableIdempotence = true, LingerMs = 5, TransactionalId = transactionalId,
    };

    private static double At(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];
}
