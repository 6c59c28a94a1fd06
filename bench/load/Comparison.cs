using System.Globalization;
using System.Text;

namespace Platform.Bench.Load;

/// <summary>
/// Runs the same loads against the bare servers and the broker, in turns, and compares the medians: on a machine that
/// is shared, only figures of the same minutes can be compared.
/// </summary>
internal sealed class Comparison
{
    private readonly int _rounds;
    private readonly string _markdown;
    private readonly List<Scenario> _scenarios;

    public Comparison(Arguments options)
    {
        _rounds = options.Number("rounds", 5);
        _markdown = options.Text("markdown", "");
        var seconds = options.Number("seconds", 3);
        LoadPlan At(string who, string mode) => new()
        {
            Mode = mode,
            Server = options.Text(who, ""),
            Pid = options.Number(who + "-pid", 0),
            Seconds = seconds,
        };
        LoadPlan bare = At("bare", "produce"), broker = At("broker", "produce"), echo = At("echo", "small");
        // What is written lies behind what is fetched, which so stays where it is: in the page cache.
        LoadPlan Written(LoadPlan plan, int bytes) => plan with { BatchBytes = bytes, FirstPartition = plan.Partitions };
        Scenario Produce(string size, int bytes) => new(
            $"produce {size}, 4 connections, acks=1", Written(bare, bytes), Written(broker, bytes));
        _scenarios =
        [
            Produce("16 KB", 16_384),
            Produce("128 KB", 131_072),
            Produce("1 MB", 1_000_000),
            new("fetch 1 MB, 16 consumers", Fetch(bare), Fetch(broker)),
            new("small requests, 16 connections", Small(echo), Small(broker)),
        ];
    }

    public async Task<int> RunAsync()
    {
        for (var round = 1; round <= _rounds; round++)
        {
            foreach (var scenario in _scenarios)
            {
                await scenario.RunOnceAsync(bareFirst: round % 2 == 1);
                Console.WriteLine($"round {round}, {scenario.Name}");
                Console.WriteLine($"  bare    {scenario.Bare[^1]}");
                Console.WriteLine($"  broker  {scenario.Broker[^1]}");
            }
        }
        var table = Table();
        Console.WriteLine();
        Console.Write(table);
        if (_markdown.Length > 0)
            await File.WriteAllTextAsync(_markdown, table);
        return _scenarios.Sum(s => s.Errors) == 0 ? 0 : 1;
    }

    private string Table()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Median of {_rounds} rounds, bare server and broker in turns.\n\n");
        text.Append("| load | measure | bare | broker | broker / bare |\n|---|---|---:|---:|---:|\n");
        foreach (var scenario in _scenarios)
            scenario.AppendTo(text);
        return text.ToString();
    }

    private static LoadPlan Fetch(LoadPlan plan) =>
        plan with { Mode = "fetch", Topic = "bench", Connections = 16, InFlight = 1 };

    private static LoadPlan Small(LoadPlan plan) => plan with { Mode = "small", Connections = 16, InFlight = 1 };
}
