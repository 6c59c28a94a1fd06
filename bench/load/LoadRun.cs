using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Platform.Bench.Load;

/// <summary>Runs the connections of a plan for its time, each with a fixed number of requests in flight.</summary>
internal sealed class LoadRun(LoadPlan plan, Func<int, ILoadConnection> newConnection)
{
    private volatile bool _measuring;
    private volatile bool _stopping;

    public async Task<LoadResult> RunAsync()
    {
        var connections = Enumerable.Range(0, plan.Connections).Select(RunConnectionAsync).ToList();
        await Task.Delay(TimeSpan.FromSeconds(plan.WarmupSeconds));
        var before = Usage();
        var clock = Stopwatch.StartNew();
        _measuring = true;
        await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(plan.Seconds)), Task.WhenAll(connections));
        _measuring = false;
        var seconds = clock.Elapsed.TotalSeconds;
        var after = Usage();
        _stopping = true;
        var tallies = await Task.WhenAll(connections);
        return Sum(tallies, seconds, after.Server - before.Server, after.Client - before.Client);
    }

    private (double Server, double Client) Usage() =>
        (ProcessUsage.CpuSeconds(plan.Pid), ProcessUsage.CpuSeconds(Environment.ProcessId));

    private LoadResult Sum(Tally[] tallies, double seconds, double serverCpu, double clientCpu)
    {
        var latencies = new LatencyHistogram();
        foreach (var tally in tallies)
            latencies.Add(tally.Latencies);
        var bytes = tallies.Sum(t => t.Bytes);
        var requests = Math.Max(tallies.Sum(t => t.Requests), 1);
        var gigabytes = Math.Max(bytes / 1e9, 1e-9);
        return new LoadResult
        {
            Mode = plan.Mode,
            MegabytesPerSecond = bytes / 1e6 / seconds,
            RequestsPerSecond = requests / seconds,
            P50Us = latencies.Percentile(0.50) / 1000,
            P99Us = latencies.Percentile(0.99) / 1000,
            MaxUs = latencies.Max / 1000.0,
            ServerCpuSecondsPerGigabyte = bytes == 0 ? 0 : serverCpu / gigabytes,
            ServerCpuUsPerRequest = serverCpu * 1e6 / requests,
            ClientCpuSecondsPerGigabyte = bytes == 0 ? 0 : clientCpu / gigabytes,
            ClientCpuUsPerRequest = clientCpu * 1e6 / requests,
            RssMegabytes = ProcessUsage.ResidentBytes(plan.Pid) / 1e6,
            Errors = tallies.Sum(t => t.Errors),
        };
    }

    private async Task<Tally> RunConnectionAsync(int number)
    {
        var tally = new Tally();
        using var socket = await ConnectAsync(plan.Server);
        var receiver = new FrameReceiver(socket);
        var load = newConnection(number);
        var sentAt = new Queue<long>(plan.InFlight);
        try
        {
            while (sentAt.Count < plan.InFlight)
                await SendAsync(socket, load, sentAt);
            while (sentAt.Count > 0)
            {
                var response = await receiver.ReceiveAsync().ConfigureAwait(false)
                    ?? throw new InvalidDataException("the server closed the connection");
                var bytes = load.Accept(response);
                if (_measuring)
                    tally.Count(bytes, Stopwatch.GetElapsedTime(sentAt.Peek()));
                sentAt.Dequeue();
                if (!_stopping)
                    await SendAsync(socket, load, sentAt).ConfigureAwait(false);
            }
        }
        catch (Exception failed) when (failed is SocketException or InvalidDataException)
        {
            Console.Error.WriteLine($"connection {number}: {failed.Message}");
            tally.Errors++;
        }
        return tally;
    }

    private static async ValueTask SendAsync(Socket socket, ILoadConnection load, Queue<long> sentAt)
    {
        sentAt.Enqueue(Stopwatch.GetTimestamp());
        for (var rest = load.NextRequest(); rest.Length > 0;)
            rest = rest[await socket.SendAsync(rest).ConfigureAwait(false)..];
    }

    internal static async Task<Socket> ConnectAsync(string server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(server.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)));
        return socket;
    }

    /// <summary>What one connection counted.</summary>
    private sealed class Tally
    {
        public LatencyHistogram Latencies { get; } = new();
        public long Bytes { get; private set; }
        public long Requests { get; private set; }
        public long Errors { get; set; }

        public void Count(long bytes, TimeSpan latency)
        {
            Bytes += bytes;
            Requests++;
            Latencies.Record((long)latency.TotalNanoseconds);
        }
    }
}
