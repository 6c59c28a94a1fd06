using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Platform.Compatibility;

/// <summary>`platform dev` as a process of its own, on free ports and a temporary directory. It can be killed and
/// started again on the same data and Kafka port, as users' machines do.</summary>
public sealed partial class PlatformProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly string _dataDir;
    private readonly List<string> _output = [];
    private Process? _process;

    private PlatformProcess(string dataDir) => _dataDir = dataDir;

    /// <summary>The built binary, in the configuration of these tests.</summary>
    public static string Binary { get; } = FindBinary();

    /// <summary>The --data-dir of the process.</summary>
    public string DataDir => Path.Combine(_dataDir, "data");

    /// <summary>host:port of the broker.</summary>
    public string BootstrapServers => $"127.0.0.1:{KafkaPort}";

    /// <summary>Port of the broker, the same after a restart.</summary>
    public int KafkaPort { get; private set; }

    /// <summary>Base address of the REST proxy.</summary>
    public Uri Rest { get; private set; } = new("http://127.0.0.1");

    /// <summary>Base address of the schema registry.</summary>
    public Uri Registry { get; private set; } = new("http://127.0.0.1");

    /// <summary>Base address of the dashboard.</summary>
    public Uri Dashboard { get; private set; } = new("http://127.0.0.1");

    /// <summary>Its id, for /proc.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Lines printed so far, for messages of failed tests.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    /// <summary>Starts with an empty directory and waits for the line `ready`.</summary>
    public static async Task<PlatformProcess> StartAsync()
    {
        var platform = new PlatformProcess(Directory.CreateTempSubdirectory("platform-compat-").FullName);
        await platform.LaunchAsync();
        return platform;
    }

    /// <summary>kill -9 and wait for the end.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString()]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync(new CancellationTokenSource(StartLimit).Token);
        return _process.ExitCode;
    }

    /// <summary>Starts again on the same data and Kafka port.</summary>
    public Task RestartAsync() => LaunchAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        Directory.Delete(_dataDir, recursive: true);
    }

    private async Task LaunchAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _dataDir,
        };
        string[] arguments =
        [
            Binary, "dev", "--data-dir", DataDir, "--kafka-port", $"{KafkaPort}",
            "--registry-port", "0", "--rest-port", "0", "--dashboard-port", "0",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data, ready);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("platform dev ended:\n" + Output));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(StartLimit);
    }

    private void OnLine(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Add(line);
        if (KafkaUrl().Match(line) is { Success: true } kafka)
            KafkaPort = int.Parse(kafka.Groups[1].Value);
        if (HttpUrl().Match(line) is { Success: true } http)
            SetHttp(line, new Uri(http.Value));
        if (line.StartsWith("ready", StringComparison.Ordinal))
            ready.TrySetResult();
    }

    private void SetHttp(string line, Uri address)
    {
        if (line.Contains("registry", StringComparison.OrdinalIgnoreCase))
            Registry = address;
        else if (line.Contains("rest", StringComparison.OrdinalIgnoreCase))
            Rest = address;
        else if (line.Contains("dashboard", StringComparison.OrdinalIgnoreCase))
            Dashboard = address;
    }

    // artifacts/bin/Compatibility/<configuration>/ lies beside artifacts/bin/Platform/<configuration>/.
    private static string FindBinary()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(own.Parent!.Parent!.FullName, "Platform", own.Name, "platform.dll");
    }

    [GeneratedRegex(@"^\s*kafka\s+.*?:(\d+)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex KafkaUrl();

    [GeneratedRegex(@"http://[^\s/]+:\d+")]
    private static partial Regex HttpUrl();
}
