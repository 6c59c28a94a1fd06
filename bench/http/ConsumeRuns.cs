using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Platform.Bench.Http;

/// <summary>Reading: a consumer instance of v2, and many event streams of v3.</summary>
internal static class ConsumeRuns
{
    private const int Records = 200_000;
    private const int RecordsPerRequest = 1_000;
    private const int PayloadBytes = 1_000;
    private const int Readers = 500;
    private const int EventsPerReaderAndSecond = 2;
    private const string V2Json = "application/vnd.kafka.json.v2+json";

    public static async Task V2Async(Setting setting)
    {
        await setting.TopicAsync("bench-v2", 1);
        var item = $$$"""{"value":{"text":"{{{new string('x', PayloadBytes - 12)}}}"}}""";
        var body = $$"""{"records":[{{string.Join(',', Enumerable.Repeat(item, RecordsPerRequest))}}]}""";
        for (var sent = 0; sent < Records; sent += RecordsPerRequest)
            await setting.SendAsync(HttpMethod.Post, $"http://{setting.Rest}/topics/bench-v2", body, V2Json);
        const string control = "application/vnd.kafka.v2+json";
        var created = JsonDocument.Parse(await setting.SendAsync(HttpMethod.Post, $"http://{setting.Rest}/consumers/bench-v2",
            """{"format":"json","auto.offset.reset":"earliest","auto.commit.enable":"false","fetch.min.bytes":"1"}""", control));
        var uri = new Uri(created.RootElement.GetProperty("base_uri").GetString()!);
        await setting.SendAsync(HttpMethod.Post, $"{uri}/assignments",
            """{"partitions":[{"topic":"bench-v2","partition":0}]}""", control);
        await using var http = await RawHttp.ConnectAsync(setting.Rest);
        var request = Encoding.ASCII.GetBytes($"GET {uri.AbsolutePath}/records?max_bytes=4000000&timeout=1000 HTTP/1.1\r\n"
            + $"Host: {setting.Rest}\r\nAccept: {V2Json}\r\n\r\n");
        var (bytes, clock) = (0L, Stopwatch.StartNew());
        for (long read; (read = await http.SendAsync(request)) > 2;)
            bytes += read;
        // The last, empty answer waited for a second.
        var seconds = clock.Elapsed.TotalSeconds - 1;
        Table.Row("v2 consume, JSON records of 1 KB, one instance", $"{(double)Records * PayloadBytes / 1e6 / seconds:F0} MB/s", "40");
        if (bytes < (long)Records * PayloadBytes)
            throw new InvalidDataException($"only {bytes} bytes were read");
    }

    public static async Task EventsAsync(Setting setting)
    {
        var path = await setting.TopicAsync("bench-events", 1) + "/records";
        var delivered = 0L;
        var readers = new List<RawHttp>();
        for (var i = 0; i < Readers; i++)
        {
            var http = await RawHttp.ConnectAsync(setting.Rest);
            await http.WriteAsync(Encoding.ASCII.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: {setting.Rest}\r\nAccept: text/event-stream\r\n\r\n"));
            await http.ReadSomeAsync();
            readers.Add(http);
            _ = CountAsync(http);
        }
        var clock = Stopwatch.StartNew();
        var body = $$$"""{"value":{"type":"STRING","data":"{{{new string('x', 100)}}}"}}""";
        var produced = 0;
        while (clock.Elapsed.TotalSeconds < setting.Seconds)
        {
            await setting.SendAsync(HttpMethod.Post, $"http://{setting.Rest}{path}", body);
            produced++;
            var due = TimeSpan.FromSeconds((double)produced / EventsPerReaderAndSecond);
            if (due > clock.Elapsed)
                await Task.Delay(due - clock.Elapsed);
        }
        await Task.Delay(TimeSpan.FromSeconds(1));
        Table.Row("event streams, 500 readers, 2 records/s each: delivered",
            $"{Interlocked.Read(ref delivered)} of {(long)produced * Readers}", "all");
        Table.Row("resident memory with them", $"{setting.ResidentMegabytes():F0} MB", "300");
        foreach (var http in readers)
            await http.DisposeAsync();

        async Task CountAsync(RawHttp http)
        {
            try
            {
                while (await http.ReadSomeAsync() is { Length: > 0 } some)
                {
                    for (var rest = some; rest.Span.IndexOf("data: "u8) is var at and >= 0; rest = rest[(at + 6)..])
                        Interlocked.Increment(ref delivered);
                }
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // The run is over.
                return;
            }
        }
    }
}
