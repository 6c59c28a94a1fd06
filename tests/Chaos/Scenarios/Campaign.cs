using System.Globalization;
using Platform.Chaos.Reporting;

namespace Platform.Chaos.Scenarios;

/// <summary>Several scenarios, one after the other, and a report.</summary>
public static class Campaign
{
    private const string Help = "chaos [scenario[,scenario]|all] [minutes in all] [--report FILE] [--seed N]";

    /// <summary>Runs what the command line asks for; 0 when everything was as it must be.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var words = args.TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).ToList();
        if (words is ["help"])
        {
            Console.WriteLine($"{Help}\n{string.Join('\n', Catalogue.All.Select(scenario => $"  {scenario.Name,-22}{scenario.About}"))}");
            return 0;
        }
        var scenarios = Catalogue.Find(words.ElementAtOrDefault(0) ?? "short");
        var minutes = double.Parse(words.ElementAtOrDefault(1) ?? "0.5", CultureInfo.InvariantCulture);
        var seed = int.Parse(Option(args, "--seed") ?? $"{Random.Shared.Next(1_000_000)}", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("platform-chaos-").FullName;
        Console.WriteLine($"seed {seed}, histories and logs in {folder}");
        var page = Option(args, "--report") ?? Path.Combine(folder, "report.md");
        var results = await RunAsync(scenarios, TimeSpan.FromMinutes(minutes) / scenarios.Count, seed, folder, page);
        Console.WriteLine(await File.ReadAllTextAsync(page));
        var asExpected = results.TrueForAll(result => result.IsAsExpected);
        if (asExpected)
            Directory.Delete(folder, recursive: true);
        return asExpected ? 0 : 1;
    }

    // The page is written after every run: what a long campaign found is not lost with its end.
    private static async Task<List<RunResult>> RunAsync(
        IReadOnlyList<Scenario> scenarios, TimeSpan each, int seed, string folder, string page)
    {
        var (results, skipped) = (new List<RunResult>(), new List<(string Scenario, string Lacks)>());
        foreach (var scenario in scenarios)
        {
            if (scenario.Lacks() is { } lacks)
            {
                skipped.Add((scenario.Name, lacks));
                Console.WriteLine($"SKIPPED {scenario.Name}: this machine has no {lacks}");
                continue;
            }
            Console.WriteLine($"{scenario.Name}: {scenario.About}");
            results.Add(await new Run(scenario, each, seed, Path.Combine(folder, scenario.Name)).ExecuteAsync());
            Console.WriteLine(results[^1].IsAsExpected ? "  as it must be" : "  NOT as it must be");
            foreach (var verdict in results[^1].Verdicts.Where(verdict => verdict.Breaches.Count > 0))
                Console.WriteLine($"    {verdict.Check.Rule}: {verdict.Breaches.Count}, the first: {verdict.Breaches[0]}");
            await File.WriteAllTextAsync(page, MarkdownReport.Write(results, skipped));
        }
        await File.WriteAllTextAsync(page, MarkdownReport.Write(results, skipped));
        return results;
    }

    private static string? Option(string[] args, string name) =>
        args.SkipWhile(word => word != name).Skip(1).FirstOrDefault();
}
