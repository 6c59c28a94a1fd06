using System.Diagnostics;
using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>The services of docker-compose.yml as processes: their commands, environments and health checks as they stand
/// there, with an address of the loopback network in place of each container's name.</summary>
public sealed class ComposeCluster : IAsyncDisposable
{
    private static readonly string File = Path.Combine(ClientScript.Folder, "..", "..", "docker-compose.yml");
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _volumes = Directory.CreateTempSubdirectory("platform-compose-");
    private readonly Dictionary<string, Process> _running = [];
    private readonly Dictionary<string, string> _addresses = [];
    private readonly Dictionary<string, JsonElement> _services;

    private ComposeCluster(Dictionary<string, JsonElement> services)
    {
        _services = services;
        // A network of our own: ports stay those of the file, and do not meet those of other tests.
        var network = $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}";
        foreach (var (name, _) in services)
            _addresses[name] = $"{network}.{_addresses.Count + 1}";
    }

    /// <summary>Names of the services, in order.</summary>
    public IEnumerable<string> Services => _services.Keys.Order(StringComparer.Ordinal);

    /// <summary>What docker-compose makes of the file.</summary>
    public static async Task<ComposeCluster> ReadAsync()
    {
        var yaml = await ClientScript.RunAsync("docker-compose", ["-f", File, "config"], input: null);
        var json = await ClientScript.RunAsync("/usr/bin/python3",
            ["-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)['services']))"], yaml);
        return new ComposeCluster(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!);
    }

    /// <summary>Address of a service in place of its container's name.</summary>
    public string AddressOf(string service) => _addresses[service];

    /// <summary>Starts a service.</summary>
    public void Start(string service)
    {
        var definition = _services[service];
        var start = new ProcessStartInfo("dotnet", [PlatformProcess.Binary, .. Words(definition.GetProperty("command"), service)]);
        if (definition.TryGetProperty("environment", out var environment))
            foreach (var setting in environment.EnumerateObject())
                start.Environment[setting.Name] = Here(setting.Value.ToString(), service);
        start.Environment["KAFKA_LOG_DIRS"] = Path.Combine(_volumes.FullName, service);
        _running[service] = Process.Start(start)!;
    }

    /// <summary>kill -9 of a service.</summary>
    public async Task KillAsync(string service)
    {
        _running.Remove(service, out var process);
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Runs the health check of a service until it is content.</summary>
    public async Task WhenHealthyAsync(string service)
    {
        var test = Words(_services[service].GetProperty("healthcheck").GetProperty("test"), service);
        Assert.Equal("CMD", test[0]);
        using var limit = new CancellationTokenSource(StartLimit);
        while (!await SucceedsAsync(test[1..], limit.Token))
            limit.Token.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var service in _running.Keys.ToList())
            await KillAsync(service);
        _volumes.Delete(recursive: true);
    }

    private static async Task<bool> SucceedsAsync(string[] command, CancellationToken cancellation)
    {
        var start = command[0] == "platform"
            ? new ProcessStartInfo("dotnet", [PlatformProcess.Binary, .. command[1..]])
            : new ProcessStartInfo(command[0], command[1..]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        await process.StandardError.ReadToEndAsync(cancellation);
        await output;
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0;
    }

    private string[] Words(JsonElement list, string service) =>
        [.. list.EnumerateArray().Select(word => Here(word.GetString()!, service))];

    // "://:9092" and 0.0.0.0 mean all addresses of the container, localhost the container itself.
    private string Here(string text, string service)
    {
        var here = text.Replace("://:", $"://{_addresses[service]}:", StringComparison.Ordinal)
            .Replace("0.0.0.0", _addresses[service], StringComparison.Ordinal)
            .Replace("localhost", _addresses[service], StringComparison.Ordinal);
        foreach (var (name, address) in _addresses)
            here = here.Replace($"{name}:", $"{address}:", StringComparison.Ordinal);
        return here;
    }
}
