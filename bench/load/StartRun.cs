using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Platform.Protocol;

namespace Platform.Bench.Load;

/// <summary>Starts a server and measures how long it takes until it is of use, and how much memory it has when idle:
/// either until a line of its output says <c>ready</c>, or until it has acknowledged a record.</summary>
internal sealed class StartRun(Arguments options)
{
    private const short ProduceVersion = 7;
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _command = options.Text("command", "");
    private readonly string _server = options.Text("server", "");
    private readonly int _settleMs = options.Number("settle-ms", 5000);
    private readonly bool _kill = options.Flag("kill");

    /// <summary>Prints the milliseconds and the resident megabytes, separated by a space.</summary>
    public async Task<int> RunAsync()
    {
        var words = _command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            throw new ArgumentException("start needs --command, the program to start with its arguments");
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(
            new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        await (_server.Length > 0 ? FirstRecordAsync() : ReadyLineAsync(process)).WaitAsync(Patience);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        await Task.Delay(_settleMs);
        var resident = ProcessUsage.ResidentBytes(process.Id) / 1e6;
        await StopAsync(process);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed:F0} {resident:F0}"));
        return 0;
    }

    private static async Task ReadyLineAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line == "ready")
                return;
        throw new InvalidDataException("the server ended before it was ready");
    }

    private async Task FirstRecordAsync()
    {
        await WaitForPortAsync();
        var plan = new LoadPlan { Mode = "start", Server = _server, Topic = "first", Partitions = 1 };
        await Topics.EnsureAsync(plan, Retry);
        using var socket = await LoadRun.ConnectAsync(_server);
        var batch = ProduceConnection.BuildBatch(100, 10);
        var response = await Topics.AskAsync(
            socket, new FrameReceiver(socket), ProduceConnection.RequestFor(plan, 0, batch), ProduceVersion);
        var error = response.Responses[0].PartitionResponses[0].ErrorCode;
        if (error != ErrorCode.None)
            throw new InvalidDataException($"the first record failed: {error}");
    }

    private async Task WaitForPortAsync()
    {
        while (true)
        {
            try
            {
                using var socket = await LoadRun.ConnectAsync(_server);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(Retry);
            }
        }
    }

    private async Task StopAsync(Process process)
    {
        if (_kill)
            process.Kill();
        else
            using (Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) { }
        await process.WaitForExitAsync();
    }
}
