using System.Globalization;
using System.Text;

namespace Platform.Bench.Load;

/// <summary>One load, against the bare server and against the broker.</summary>
internal sealed class Scenario(string name, LoadPlan bare, LoadPlan broker)
{
    public string Name => name;
    public List<LoadResult> Bare { get; } = [];
    public List<LoadResult> Broker { get; } = [];
    public long Errors => Bare.Concat(Broker).Sum(result => result.Errors);

    // Whoever comes second finds a disk that is still busy with the first, so that they take turns in that too.
    public async Task RunOnceAsync(bool bareFirst)
    {
        if (bareFirst)
            Bare.Add(await bare.RunAsync());
        Broker.Add(await broker.RunAsync());
        if (!bareFirst)
            Bare.Add(await bare.RunAsync());
    }

    public void AppendTo(StringBuilder text)
    {
        switch (bare.Mode)
        {
            case "small":
                AppendRow(text, "requests/s", "F0", r => r.RequestsPerSecond);
                AppendRow(text, "p99 in us", "F0", r => r.P99Us);
                AppendRow(text, "server CPU in us a request", "F1", r => r.ServerCpuUsPerRequest);
                break;
            default:
                AppendRow(text, "MB/s", "F0", r => r.MegabytesPerSecond);
                AppendRow(text, "p99 in us", "F0", r => r.P99Us);
                AppendRow(text, "server CPU in s a GB", "F2", r => r.ServerCpuSecondsPerGigabyte);
                break;
        }
    }

    private void AppendRow(StringBuilder text, string measure, string format, Func<LoadResult, double> value)
    {
        var (low, high) = (Median(Bare.Select(value)), Median(Broker.Select(value)));
        var ratio = low == 0 ? "" : Show(high / low, "P0");
        text.Append($"| {name} | {measure} | {Show(low, format)} | {Show(high, format)} | {ratio} |\n");
    }

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
