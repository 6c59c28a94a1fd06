using Platform.Storage;
using Platform.Testing;

namespace Platform.Simulation.Transactions;

/// <summary>Goal: readers of committed records see whole transactions and nothing else, whatever is lost, late or
/// killed, and no transaction holds them back for ever. Method: producers of both generations of the protocol, two of
/// them with the same id; messages in any order; kill -9 of the broker; then calm, and everything is read.</summary>
public sealed class TransactionFaultTests
{
    private const int Steps = 20_000;

    [Theory, Seeds(Fixed = 12, Random = 6)]
    public void Only_whole_transactions_are_seen(ulong seed)
    {
        var broker = new SimTransactions(seed);
        var random = SimRandom.Stream(seed, "producers");
        List<SimProducer> producers =
        [
            new(broker, "new", 0, implicitly: true, random),
            new(broker, "shared", 1, implicitly: true, random),
            new(broker, "shared", 2, implicitly: true, random),
            new(broker, "old", 3, implicitly: false, random),
        ];

        for (var step = 0; step < Steps; step++)
        {
            producers[random.Next(producers.Count)].Step();
            broker.Step();
        }
        broker.Settle();

        var seen = Enumerable.Range(0, SimTransactions.Partitions)
            .Select(partition => ReadCommitted(broker.Log(partition))).ToList();
        var transactions = producers.SelectMany(producer => producer.Transactions).ToList();
        Assert.All(transactions, transaction => Check(transaction, seen));
        Assert.Contains(transactions, transaction => transaction.Outcome == SimOutcome.Committed);
        Assert.Contains(transactions, transaction => transaction.Outcome == SimOutcome.Aborted);
    }

    [Fact]
    public void A_seed_runs_twice_in_the_same_way() => Assert.Equal(Trace(100), Trace(100));

    private static void Check(SimTransaction transaction, List<List<string>> seen)
    {
        var at = Enumerable.Range(0, seen.Count).Where(partition => seen[partition].Contains(transaction.Value)).ToList();
        Assert.All(seen, values => Assert.InRange(values.Count(value => value == transaction.Value), 0, 1));
        if (transaction.Outcome == SimOutcome.Aborted || !transaction.CommitAsked)
            Assert.Empty(at);
        // Committed for sure, or committed as it turns out: then every acknowledged record is there.
        if (transaction.Outcome == SimOutcome.Committed || at.Count > 0)
            Assert.Superset(transaction.Acknowledged, at.ToHashSet());
    }

    private static List<string> ReadCommitted(UnifiedLog log)
    {
        Assert.Equal(log.HighWatermark, log.LastStableOffset);
        var found = log.Read(0, int.MaxValue, FetchIsolation.TxnCommitted, minOneMessage: true);
        var bytes = new byte[found.Records.SizeInBytes];
        found.Records.Slice?.CopyTo(bytes);
        found.Release();
        return CommittedBatches.Values(bytes, found.AbortedTransactions ?? []);
    }

    private static string Trace(ulong seed)
    {
        var broker = new SimTransactions(seed);
        var random = SimRandom.Stream(seed, "producers");
        var producer = new SimProducer(broker, "id", 0, implicitly: true, random);
        for (var step = 0; step < Steps; step++)
        {
            producer.Step();
            broker.Step();
        }
        return $"{broker.NowMs} {string.Join(' ', Enumerable.Range(0, 3).Select(p => broker.Log(p).LogEndOffset))}";
    }
}
