using System.Diagnostics;

namespace Platform.Bench.Http;

/// <summary>Repeats a request on some connections, each one after the other, after a while of warming up.</summary>
internal static class Rates
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1.5);

    /// <returns>Requests a second, and the 99th percentile of the latency in ms.</returns>
    public static (double Requests, double P99Ms) Measure(
        string server, int connections, double seconds, Func<int, byte[]> request)
    {
        var clock = Stopwatch.StartNew();
        var latencies = new List<double>[connections];
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, connections).Select(one => new Thread(() => Run(one))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (failures.Count > 0)
            throw new AggregateException(failures);
        var all = latencies.SelectMany(one => one).Order().ToList();
        return (all.Count / seconds, all.Count == 0 ? 0 : all[(int)(all.Count * 0.99)]);

        void Run(int connection)
        {
            try
            {
                latencies[connection] = Repeat(new BlockingHttp(server), request(connection), clock, seconds);
            }
            catch (Exception failure)
            {
                lock (failures)
                    failures.Add(failure);
            }
        }
    }

    private static List<double> Repeat(BlockingHttp connection, byte[] request, Stopwatch clock, double seconds)
    {
        using var http = connection;
        var latencies = new List<double>();
        for (var end = Warmup + TimeSpan.FromSeconds(seconds); clock.Elapsed < end;)
        {
            var sent = Stopwatch.GetTimestamp();
            http.Send(request);
            if (clock.Elapsed >= Warmup)
                latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
        return latencies;
    }
}
