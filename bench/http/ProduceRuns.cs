using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Platform.Bench.Http;

/// <summary>Producing over v3: single records, batches, and one endless stream.</summary>
internal static class ProduceRuns
{
    private const int Connections = 16;
    private const int RecordBytes = 100;
    private const int BatchEntries = 50;
    private const int BatchRecordBytes = 10_000;
    private const int RecordsPerChunk = 500;
    private const string Json = "application/json";

    public static async Task SingleAsync(Setting setting)
    {
        var path = await setting.TopicAsync("bench-single", 4) + "/records";
        var body = $$$"""{"value":{"type":"STRING","data":"{{{new string('x', RecordBytes)}}}"}}""";
        var (requests, p99) = Rates.Measure(setting.Rest, Connections, setting.Seconds,
            _ => RawHttp.Request("POST", setting.Rest, path, Json, body));
        Table.Row("v3 produce, single records of 100 bytes, 16 connections", $"{requests:F0} records/s", "6000");
        Table.Row("99th percentile of it", $"{p99:F1} ms", "15");
    }

    public static async Task BatchAsync(Setting setting)
    {
        var path = await setting.TopicAsync("bench-batch", 4) + "/records:batch";
        var value = new string('x', BatchRecordBytes);
        var entries = Enumerable.Range(0, BatchEntries)
            .Select(id => $$$"""{"id":"{{{id}}}","value":{"type":"STRING","data":"{{{value}}}"}}""");
        var body = $$"""{"entries":[{{string.Join(',', entries)}}]}""";
        var (requests, _) = Rates.Measure(setting.Rest, 4, setting.Seconds,
            _ => RawHttp.Request("POST", setting.Rest, path, Json, body));
        Table.Row("v3 produce, batches of 50 records of 10 KB, 4 connections",
            $"{requests * BatchEntries * BatchRecordBytes / 1e6:F0} MB/s", "40");
    }

    public static async Task StreamAsync(Setting setting)
    {
        var path = await setting.TopicAsync("bench-stream", 1) + "/records";
        var records = 0L;
        var clock = Stopwatch.StartNew();
        await StreamAsync(setting, path, RecordBytes, () =>
        {
            records += RecordsPerChunk;
            return clock.Elapsed.TotalSeconds < setting.Seconds;
        });
        Table.Row("v3 produce, one stream of records of 100 bytes", $"{records / clock.Elapsed.TotalSeconds:F0} records/s", "60000");
    }

    /// <summary>A body of a gigabyte: the server's memory must not grow with it.</summary>
    public static async Task GigabyteAsync(Setting setting)
    {
        const int recordBytes = 10_000;
        var path = await setting.TopicAsync("bench-gigabyte", 1) + "/records";
        var (before, peak, sent) = (setting.ResidentMegabytes(), 0.0, 0L);
        var clock = Stopwatch.StartNew();
        await StreamAsync(setting, path, recordBytes, () =>
        {
            sent += (long)RecordsPerChunk * recordBytes;
            peak = Math.Max(peak, setting.ResidentMegabytes());
            return sent < 1_000_000_000;
        });
        Table.Row("growth of the server's memory while a body of 1 GB is produced",
            $"{peak - before:F0} MB (at {sent / 1e6 / clock.Elapsed.TotalSeconds:F0} MB/s)", "100");
    }

    private static async Task StreamAsync(Setting setting, string path, int recordBytes, Func<bool> goOn)
    {
        await using var http = await RawHttp.ConnectAsync(setting.Rest);
        await http.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {setting.Rest}\r\n"
            + $"Content-Type: {Json}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"));
        var answers = Task.Run(async () =>
        {
            var failed = 0;
            while (await http.ReadSomeAsync().ConfigureAwait(false) is { Length: > 0 } some)
                failed += some.Span.IndexOf("\"message\":"u8) >= 0 ? 1 : 0;
            return failed;
        });
        var record = $$$"""{"value":{"type":"STRING","data":"{{{new string('x', recordBytes)}}}"}}""";
        var records = string.Concat(Enumerable.Repeat(record, RecordsPerChunk));
        var chunk = Encoding.ASCII.GetBytes(
            records.Length.ToString("x", CultureInfo.InvariantCulture) + $"\r\n{records}\r\n");
        do
            await http.WriteAsync(chunk);
        while (goOn());
        await http.WriteAsync("0\r\n\r\n"u8.ToArray());
        if (await answers is > 0 and var failures)
            throw new InvalidDataException($"{failures} answers tell of records that were refused");
    }
}
