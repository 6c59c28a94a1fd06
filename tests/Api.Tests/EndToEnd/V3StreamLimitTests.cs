using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Records;
using Platform.Api.Tests.Hosting;
using Platform.Client.Tests.Fakes;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>A stream of records that stays open for longer than it may.</summary>
public sealed class V3StreamLimitTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string TooLate =
        "{\"error_code\":408,\"message\":\"Streaming connection open for longer than allowed: Connection will be closed.\"}\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_stream_is_told_that_its_time_is_up_and_closed_after_the_grace_period()
    {
        await cluster.CreateTopicAsync("overdue", 1);
        var options = new ApiOptions
        {
            BootstrapServers = cluster.BootstrapServers, RegistryPort = 0, RestPort = 0, ConsumerInstancesTopic = null,
        };
        await using var app = ApiHost.Build(options, services => services.AddSingleton(
            new StreamLimits(_time, options.StreamingConnectionMaxDuration, options.StreamingConnectionMaxDurationGracePeriod)));
        await app.StartAsync();
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await using var stream = await BeginAsync(client, app.Addresses().Rest, patience.Token);

        var inTime = await SendAsync(stream, "a", patience.Token);
        _time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMilliseconds(1));
        var late = await SendAsync(stream, "b", patience.Token);
        _time.Advance(TimeSpan.FromMilliseconds(499));
        var withinGrace = await SendAsync(stream, "c", patience.Token);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var end = await ReadChunkAsync(stream, patience.Token);
        var next = await cluster.PostAsync(
            cluster.Cluster + "/topics/overdue/records", """{"value":{"type":"STRING","data":"d"}}""");

        Assert.StartsWith("{\"error_code\":200,", inTime, StringComparison.Ordinal);
        Assert.Equal((TooLate, TooLate, ""), (late, withinGrace, end));
        // What was refused was not produced.
        Assert.Equal(1, next.Body.GetProperty("offset").GetInt32());
    }

    // Answers are read while the body is still open, which HttpClient does not do over HTTP/1.1.
    private async Task<NetworkStream> BeginAsync(TcpClient client, Uri rest, CancellationToken cancellation)
    {
        await client.ConnectAsync(rest.Host, rest.Port, cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {cluster.Cluster}/topics/overdue/records HTTP/1.1\r\nHost: {rest.Authority}\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"), cancellation);
        return stream;
    }

    private static async Task<string> SendAsync(NetworkStream stream, string data, CancellationToken cancellation)
    {
        var record = $$$"""{"value":{"type":"STRING","data":"{{{data}}}"}}""";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{record.Length:x}\r\n{record}\r\n"), cancellation);
        return await ReadChunkAsync(stream, cancellation);
    }

    // One chunk of the answer, empty for the last; the head of the answer is passed over.
    private static async Task<string> ReadChunkAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var line = await ReadLineAsync(stream, cancellation);
        if (line.StartsWith("HTTP/1.1", StringComparison.Ordinal))
        {
            Assert.Equal("HTTP/1.1 200 OK", line);
            while ((await ReadLineAsync(stream, cancellation)).Length > 0)
                continue;
            line = await ReadLineAsync(stream, cancellation);
        }
        var chunk = new byte[int.Parse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(chunk, cancellation);
        await ReadLineAsync(stream, cancellation);
        return Encoding.ASCII.GetString(chunk);
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (one[0] != '\n')
        {
            await stream.ReadExactlyAsync(one, cancellation);
            line.Append((char)one[0]);
        }
        return line.ToString().TrimEnd('\r', '\n');
    }
}
