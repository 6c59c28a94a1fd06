using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>
/// Records go in as one stream of v3 and come out as Server-Sent Events whose reader goes away again and again.
/// STREAM_RECORDS raises their number; the full run has 1,000,000.
/// </summary>
public sealed class StreamEndToEndTests(ClusterFixture cluster, ITestOutputHelper output)
    : IClassFixture<ClusterFixture>
{
    private const int Partitions = 3;
    private const int RecordsPerChunk = 500;
    private const int Seed = 5;

    private static readonly int Records = int.Parse(
        Environment.GetEnvironmentVariable("STREAM_RECORDS") ?? "20000", CultureInfo.InvariantCulture);

    private int MostEventsPerConnection => Math.Max(Records / 10, 100);

    [Fact]
    public async Task Records_of_one_stream_are_read_once_each_by_event_streams_that_resume_where_they_broke_off()
    {
        await cluster.CreateTopicAsync("endless", Partitions);
        var path = $"{cluster.Cluster}/topics/endless/records";
        var seen = new int[Records];

        var producing = ProduceAsync(path);
        var connections = await ConsumeAsync(path, seen);
        var answers = await producing;

        Assert.Equal(Records, answers);
        Assert.Equal(Records, seen.Count(times => times == 1));
        output.WriteLine($"{Records} records, {connections} connections of the reader");
    }

    // A body that is still being written while its answers are read, which HttpClient does not do over HTTP/1.1.
    private async Task<int> ProduceAsync(string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(cluster.Rest.BaseAddress!.Host, cluster.Rest.BaseAddress.Port);
        await using var stream = client.GetStream();
        var head = $"POST {path} HTTP/1.1\r\nHost: {cluster.Rest.BaseAddress.Authority}\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        var answers = CountAsync(stream, "\"error_code\":200,"u8.ToArray());
        for (var first = 0; first < Records; first += RecordsPerChunk)
        {
            var chunk = new StringBuilder();
            for (var number = first; number < Math.Min(first + RecordsPerChunk, Records); number++)
                chunk.Append(CultureInfo.InvariantCulture,
                    $$$"""{"partition_id":{{{number % Partitions}}},"value":{"type":"JSON","data":{{{number}}}}}""");
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n{chunk}\r\n"));
        }
        await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
        return await answers;
    }

    private static async Task<int> CountAsync(Stream stream, byte[] what)
    {
        var buffer = new byte[64 * 1024];
        var (kept, count) = (0, 0);
        while (await stream.ReadAsync(buffer.AsMemory(kept)) is var read and > 0)
        {
            var text = buffer.AsMemory(0, kept + read);
            while (text.Span.IndexOf(what) is var at and >= 0)
            {
                count++;
                text = text[(at + what.Length)..];
            }
            // What may be the beginning of the next one is kept.
            kept = Math.Min(text.Length, what.Length - 1);
            text[^kept..].CopyTo(buffer);
        }
        return count;
    }

    private async Task<int> ConsumeAsync(string path, int[] seen)
    {
        var random = new Random(Seed);
        string? lastEventId = null;
        var left = seen.Length;
        for (var connections = 1; ; connections++)
        {
            var wanted = Math.Min(left, random.Next(1, MostEventsPerConnection));
            using var request = new HttpRequestMessage(HttpMethod.Get, path + "?offset=earliest");
            request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
            if (lastEventId is not null)
                request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
            using var response = await cluster.Rest.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            for (var events = 0; events < wanted; events++)
                lastEventId = await EventAsync(reader, seen);
            left -= wanted;
            if (left == 0)
                return connections;
        }
    }

    private static async Task<string> EventAsync(StreamReader reader, int[] seen)
    {
        string? id = null;
        while (true)
        {
            var line = await reader.ReadLineAsync() ?? throw new EndOfStreamException("the event stream ended");
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            using var record = JsonDocument.Parse(line.AsMemory(6));
            Interlocked.Increment(ref seen[record.RootElement.GetProperty("value").GetProperty("data").GetInt32()]);
            return id!;
        }
    }
}
