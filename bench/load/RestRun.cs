using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Platform.Bench.Load;

/// <summary>Produces single records over REST v3, each connection one after the other.</summary>
internal sealed class RestRun(LoadPlan plan)
{
    private static readonly TimeSpan FirstAnswers = TimeSpan.FromSeconds(10);

    private readonly Uri _server = new($"http://{plan.Server}");
    private volatile bool _measuring;
    private volatile bool _stopping;

    public async Task<LoadResult> RunAsync()
    {
        var records = await RecordsPathAsync();
        var connections = Enumerable.Range(0, plan.Connections).Select(_ => Task.Run(() => ProduceAsync(records))).ToList();
        await Task.Delay(TimeSpan.FromSeconds(plan.WarmupSeconds));
        var before = ProcessUsage.CpuSeconds(plan.Pid);
        var clock = Stopwatch.StartNew();
        _measuring = true;
        await Task.Delay(TimeSpan.FromSeconds(plan.Seconds));
        _measuring = false;
        var seconds = clock.Elapsed.TotalSeconds;
        var serverCpu = ProcessUsage.CpuSeconds(plan.Pid) - before;
        _stopping = true;
        var tallies = await Task.WhenAll(connections);
        var latencies = new LatencyHistogram();
        foreach (var tally in tallies)
            latencies.Add(tally.Latencies);
        var requests = Math.Max(tallies.Sum(tally => tally.Requests), 1);
        return new LoadResult
        {
            Mode = plan.Mode,
            RequestsPerSecond = requests / seconds,
            P50Us = latencies.Percentile(0.50) / 1000,
            P99Us = latencies.Percentile(0.99) / 1000,
            ServerCpuUsPerRequest = serverCpu * 1e6 / requests,
            RssMegabytes = ProcessUsage.ResidentBytes(plan.Pid) / 1e6,
            Errors = tallies.Sum(tally => tally.Errors),
        };
    }

    private async Task<string> RecordsPathAsync()
    {
        using var http = new HttpClient { BaseAddress = _server, Timeout = FirstAnswers };
        using var clusters = JsonDocument.Parse(await http.GetStringAsync("/v3/clusters"));
        var cluster = clusters.RootElement.GetProperty("data")[0].GetProperty("cluster_id").GetString();
        var topic = $$"""{"topic_name":"{{plan.Topic}}","partitions_count":{{plan.Partitions}}}""";
        using var created = await http.PostAsync($"/v3/clusters/{cluster}/topics", Json(Encoding.UTF8.GetBytes(topic)));
        // A topic of an earlier run is as good.
        if (!created.IsSuccessStatusCode && created.StatusCode != System.Net.HttpStatusCode.BadRequest)
            throw new InvalidDataException($"creating {plan.Topic} failed: {await created.Content.ReadAsStringAsync()}");
        return $"/v3/clusters/{cluster}/topics/{plan.Topic}/records";
    }

    private async Task<Tally> ProduceAsync(string path)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(handler) { BaseAddress = _server };
        var value = new string('x', plan.RecordBytes);
        var body = Encoding.UTF8.GetBytes($$$"""{"value":{"type":"STRING","data":"{{{value}}}"}}""");
        var tally = new Tally();
        while (!_stopping)
        {
            var sent = Stopwatch.GetTimestamp();
            using var response = await http.PostAsync(path, Json(body)).ConfigureAwait(false);
            var answer = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            if (!response.IsSuccessStatusCode || !answer.AsSpan().StartsWith("{\"error_code\":200"u8))
                tally.Errors++;
            else if (_measuring)
                tally.Count(Stopwatch.GetElapsedTime(sent));
        }
        return tally;
    }

    private static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private sealed class Tally
    {
        public LatencyHistogram Latencies { get; } = new();
        public long Requests { get; private set; }
        public long Errors { get; set; }

        public void Count(TimeSpan latency)
        {
            Requests++;
            Latencies.Record((long)latency.TotalNanoseconds);
        }
    }
}
