using System.Diagnostics;
using Platform.Chaos.History;

namespace Platform.Chaos.Nodes;

/// <summary>One broker as a process of its own.</summary>
public sealed class ChaosNode(int id, string command, NodeDisk disk, string logFile, Recorder recorder)
{
    private const int Sigkill = 9, Sigterm = 15, Sigcont = 18, Sigstop = 19;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);
    private Process? _process;
    private bool _isEnding;

    /// <summary>node.id.</summary>
    public int Id => id;

    /// <summary>Its disk.</summary>
    public NodeDisk Disk => disk;

    /// <summary>How often it was started.</summary>
    public int Incarnation { get; private set; }

    /// <summary>True when the process lives.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>True while it is stopped by SIGSTOP.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Settings of the environment that the next start gets, for libraries that are preloaded.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Resident memory in MB and open descriptors, or null when it does not run.</summary>
    public (double MemoryMb, int Descriptors)? Usage
    {
        get
        {
            if (!IsRunning)
                return null;
            _process!.Refresh();
            return (_process.WorkingSet64 / 1048576.0, Directory.GetFiles($"/proc/{_process.Id}/fd").Length);
        }
    }

    /// <summary>Starts the process on what its disk holds.</summary>
    public void Start()
    {
        Incarnation++;
        _isEnding = false;
        // exec: the pid is that of the broker, which signals are meant for.
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", $"exec {command} >> {logFile} 2>&1" } };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (sender, _) => OnExited((Process)sender!);
        _process.Start();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _isEnding = true;
        if (IsRunning)
            Shell.Signal(_process!.Id, Sigkill);
        IsPaused = false;
        await EndAsync();
    }

    /// <summary>SIGTERM; returns how long it took to end.</summary>
    public async Task<TimeSpan> TerminateAsync()
    {
        _isEnding = true;
        var began = Stopwatch.GetTimestamp();
        Shell.Signal(_process!.Id, Sigterm);
        await EndAsync();
        if (_process.ExitCode != 0)
            recorder.Add(new Failure($"node {id}", $"exit code {_process.ExitCode} after SIGTERM"));
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Stops it in its tracks, without anybody noticing by a closed connection.</summary>
    public void Pause()
    {
        Shell.Signal(_process!.Id, Sigstop);
        IsPaused = true;
    }

    /// <summary>It may end by itself from now on, for faults that break its disk.</summary>
    public void MayEnd() => _isEnding = true;

    /// <summary>Lets it go on.</summary>
    public void Resume()
    {
        if (IsRunning)
            Shell.Signal(_process!.Id, Sigcont);
        IsPaused = false;
    }

    /// <summary>What it printed that nobody should see: unhandled exceptions, failed invariants, unknown errors.</summary>
    public IEnumerable<string> Complaints() => !File.Exists(logFile) ? [] : File.ReadLines(logFile).Where(line =>
        line.Contains("Unhandled exception", StringComparison.OrdinalIgnoreCase)
        || line.Contains("InvariantException", StringComparison.Ordinal)
        || line.Contains("UNKNOWN_SERVER_ERROR", StringComparison.Ordinal)
        || line.Contains("NullReferenceException", StringComparison.Ordinal));

    /// <summary>The last lines of its log.</summary>
    public string LastWords(int lines) =>
        File.Exists(logFile) ? string.Join('\n', File.ReadLines(logFile).TakeLast(lines)) : "(no log)";

    private async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            await _process!.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            recorder.Add(new Failure($"node {id}", $"did not end within {EndLimit.TotalSeconds:0} s of a signal"));
            Shell.Signal(_process!.Id, Sigkill);
            await _process.WaitForExitAsync();
        }
    }

    private void OnExited(Process ended)
    {
        if (ended == _process && !_isEnding)
            recorder.Add(new Failure($"node {id}", $"ended by itself with exit code {ended.ExitCode}: {LastWords(5)}"));
    }
}
