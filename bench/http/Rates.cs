using System.Diagnostics;

namespace Platform.Bench.Http;

/// <summary>Repeats a request on some connections, each one after the other, after a second of warming up.</summary>
internal static class Rates
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1.5);

    /// <returns>Requests a second, bytes of answers a second, and the 99th percentile of the latency in ms.</returns>
    public static async Task<(double Requests, double Bytes, double P99Ms)> MeasureAsync(
        string server, int connections, double seconds, Func<int, byte[]> request)
    {
        var clock = Stopwatch.StartNew();
        var end = Warmup + TimeSpan.FromSeconds(seconds);
        var runs = await Task.WhenAll(Enumerable.Range(0, connections).Select(one => Task.Run(() => RunAsync(one))));
        var latencies = runs.SelectMany(run => run.Latencies).Order().ToList();
        return (latencies.Count / seconds, runs.Sum(run => run.Bytes) / seconds,
            latencies.Count == 0 ? 0 : latencies[(int)(latencies.Count * 0.99)]);

        async Task<(List<double> Latencies, long Bytes)> RunAsync(int connection)
        {
            await using var http = await RawHttp.ConnectAsync(server);
            var bytes = request(connection);
            var (latencies, read) = (new List<double>(), 0L);
            while (clock.Elapsed < end)
            {
                var sent = Stopwatch.GetTimestamp();
                var length = await http.SendAsync(bytes).ConfigureAwait(false);
                if (clock.Elapsed < Warmup)
                    continue;
                latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                read += length;
            }
            return (latencies, read);
        }
    }
}
