using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Platform.Compatibility;

/// <summary>`platform broker` as a process of its own: one node that is broker and controller, on free ports. It can be
/// killed and started again on the same directories and Kafka port.</summary>
public sealed partial class BrokerProcess(params string[] settings) : IAsyncDisposable
{
    private const string ClusterId = "5L6g3nShT-eMCtK--X86sw";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly List<string> _lines = [];
    private Process? _process;
    private int _kafkaPort;

    /// <summary>host:port of the broker, the same after a restart.</summary>
    public string BootstrapServers => $"127.0.0.1:{_kafkaPort}";

    /// <summary>Variables of the process beside those of the test.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>True while it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Id of the process.</summary>
    public int Id => _process!.Id;

    /// <summary>Lines printed so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Starts, for the first time or again; directories that are not formatted get their identity.</summary>
    public async Task StartAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet", [PlatformProcess.Binary, "broker", .. Overrides()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        start.Environment["CLUSTER_ID"] = ClusterId;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data, ready);
        _process.Exited += (_, _) => ready.TrySetException(
            new InvalidOperationException("platform broker ended:\n" + string.Join('\n', Lines)));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(StartLimit);
    }

    /// <summary>kill -9 and wait for the end.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for the process to end by itself; returns its exit code.</summary>
    public async Task<int> UntilEndedAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        await _process!.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until a line says something.</summary>
    public async Task<string> UntilLineAsync(string text)
    {
        for (var limit = Stopwatch.StartNew(); limit.Elapsed < StartLimit; await Task.Delay(50))
            if (Lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                return found;
        throw new TimeoutException($"no line says '{text}':\n{string.Join('\n', Lines)}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await KillAsync();
        _process?.Dispose();
    }

    private IEnumerable<string> Overrides()
    {
        string[] basics =
        [
            "process.roles=broker,controller", "node.id=1",
            $"listeners=PLAINTEXT://127.0.0.1:{_kafkaPort},CONTROLLER://127.0.0.1:0",
            "controller.listener.names=CONTROLLER", "controller.quorum.voters=1@127.0.0.1:9093",
            "offsets.topic.num.partitions=1", "transaction.state.log.num.partitions=1",
        ];
        return basics.Concat(settings).SelectMany(setting => (string[])["--override", setting]);
    }

    private void OnLine(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
        if (Ready().Match(line) is not { Success: true } match)
            return;
        _kafkaPort = int.Parse(match.Groups[1].Value);
        ready.TrySetResult();
    }

    [GeneratedRegex(@"^ready: .*PLAINTEXT://127\.0\.0\.1:(\d+)")]
    private static partial Regex Ready();
}
