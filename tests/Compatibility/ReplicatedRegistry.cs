using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Compatibility;

/// <summary>Three brokers and two registries as processes of their own, on a loopback network of their own.</summary>
public sealed class ReplicatedRegistry : IAsyncDisposable
{
    private const int Brokers = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("platform-registries-");
    private readonly string _network = $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}";
    private readonly Dictionary<string, Process> _running = [];
    private readonly HttpClient _http = new() { Timeout = StartLimit };

    /// <summary>host:port of all brokers.</summary>
    public string BootstrapServers =>
        string.Join(',', Enumerable.Range(1, Brokers).Select(id => $"{Host(id)}:19092"));

    /// <summary>Base addresses of the registries.</summary>
    public IReadOnlyList<string> Registries { get; private set; } = [];

    /// <summary>The last lines that each process printed, for messages of failed tests.</summary>
    public string Output => string.Join('\n', _data.GetFiles("*.log").OrderBy(file => file.Name).Select(
        file => $"{file.Name}:\n{string.Join('\n', File.ReadLines(file.FullName).TakeLast(100))}"));

    /// <summary>Starts everything; returns when both registries serve.</summary>
    public static async Task<ReplicatedRegistry> StartAsync()
    {
        var cluster = new ReplicatedRegistry();
        for (var id = 1; id <= Brokers; id++)
            cluster.StartBroker(id);
        cluster.StartApi(11);
        cluster.StartApi(12);
        cluster.Registries = [$"http://{cluster.Host(11)}:8081", $"http://{cluster.Host(12)}:8081"];
        foreach (var registry in cluster.Registries)
            await cluster.WhenServingAsync(registry);
        return cluster;
    }

    /// <summary>Base address of the leader; waits for one.</summary>
    public async Task<string> LeaderAsync(string askedOf)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            var answer = await _http.GetFromJsonAsync<JsonElement>($"{askedOf}/v1/metadata/leader", limit.Token);
            if (answer.TryGetProperty("leader", out var leader))
                return leader.GetString()!;
        }
    }

    /// <summary>
    /// Makes the broker that is the active controller lead the schemas topic: what takes longest to recover from when it
    /// is killed.
    /// </summary>
    /// <returns>The broker.</returns>
    public async Task<int> SchemasLeadByControllerAsync(string registry)
    {
        var (_, described, _) = await ClientScript.PlatformAsync("quorum", "describe", "-b", BootstrapServers);
        var controller = int.Parse(Regex.Match(described, @"leader (\d+)").Groups[1].Value);
        var rest = registry.Replace(":8081", ":8082", StringComparison.Ordinal);
        var clusters = await _http.GetFromJsonAsync<JsonElement>($"{rest}/v3/clusters");
        var partition = $"{rest}/v3/clusters/{clusters.GetProperty("data")[0].GetProperty("cluster_id").GetString()}"
            + "/topics/_schemas/partitions/0";
        await MoveAsync(partition, [controller]);
        await MoveAsync(partition, [controller, .. Enumerable.Range(1, Brokers).Where(id => id != controller)]);
        var leader = await _http.GetFromJsonAsync<JsonElement>(partition);
        Assert.EndsWith($"/{controller}", leader.GetProperty("leader").GetProperty("related").GetString());
        return controller;
    }

    private async Task MoveAsync(string partition, int[] replicas)
    {
        using var started = await _http.PutAsJsonAsync($"{partition}/reassignment", new { replicas });
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync());
        while (!await IsAtAsync(partition, replicas))
            await Task.Delay(100);
    }

    private async Task<bool> IsAtAsync(string partition, int[] replicas)
    {
        var now = await _http.GetFromJsonAsync<JsonElement>($"{partition}/replicas");
        var inSync = now.GetProperty("data").EnumerateArray().Where(one => one.GetProperty("is_in_sync").GetBoolean());
        return inSync.Select(one => one.GetProperty("broker_id").GetInt32()).Order().SequenceEqual(replicas.Order());
    }

    /// <summary>kill -9 of a broker.</summary>
    public Task KillBrokerAsync(int id) => KillAsync(Host(id));

    /// <summary>kill -9 of a registry.</summary>
    public Task KillRegistryAsync(string registry) => KillAsync(new Uri(registry).Host);

    /// <summary>SIGSTOP or SIGCONT to a registry.</summary>
    public async Task SignalAsync(string registry, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_running[new Uri(registry).Host].Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _running.Keys.ToList())
            await KillAsync(host);
        _http.Dispose();
        _data.Delete(recursive: true);
    }

    private string Host(int id) => $"{_network}.{id}";

    private void StartBroker(int id)
    {
        var host = Host(id);
        var voters = string.Join(',', Enumerable.Range(1, Brokers).Select(voter => $"{voter}@{Host(voter)}:9093"));
        Start(host, ["broker"], new()
        {
            ["CLUSTER_ID"] = "5L6g3nShT-eMCtK--X86sw",
            ["KAFKA_PROCESS_ROLES"] = "broker,controller",
            ["KAFKA_NODE_ID"] = $"{id}",
            ["KAFKA_LISTENERS"] = $"PLAINTEXT://{host}:19092,CONTROLLER://{host}:9093",
            ["KAFKA_CONTROLLER_LISTENER_NAMES"] = "CONTROLLER",
            ["KAFKA_CONTROLLER_QUORUM_VOTERS"] = voters,
            ["KAFKA_DEFAULT_REPLICATION_FACTOR"] = "3",
            ["KAFKA_MIN_INSYNC_REPLICAS"] = "2",
            ["KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS"] = "3",
            ["KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS"] = "3",
            // How long a killed broker counts as alive decides how long its partitions have no leader. Where it was the
            // active controller as well both times add up: a new controller gives every broker a whole session.
            ["KAFKA_CONTROLLER_QUORUM_FETCH_TIMEOUT_MS"] = "1000",
            ["KAFKA_CONTROLLER_QUORUM_ELECTION_TIMEOUT_MS"] = "500",
            ["KAFKA_BROKER_SESSION_TIMEOUT_MS"] = "2000",
            ["KAFKA_BROKER_HEARTBEAT_INTERVAL_MS"] = "500",
            ["KAFKA_LOG_DIRS"] = Path.Combine(_data.FullName, $"{id}"),
        });
    }

    private void StartApi(int id) => Start(Host(id), ["api", "-b", BootstrapServers, "--host", Host(id)], []);

    private void Start(string host, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [PlatformProcess.Binary, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var log = new StreamWriter(Path.Combine(_data.FullName, $"{host}.log"));
        process.OutputDataReceived += (_, line) => Write(log, line.Data);
        process.ErrorDataReceived += (_, line) => Write(log, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _running[host] = process;
    }

    private static void Write(StreamWriter log, string? line)
    {
        lock (log)
        {
            log.WriteLine(line);
            log.Flush();
        }
    }

    private async Task KillAsync(string host)
    {
        if (!_running.Remove(host, out var process))
            return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task WhenServingAsync(string registry)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            try
            {
                using var answer = await _http.GetAsync($"{registry}/subjects", limit.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, limit.Token);
            }
        }
    }
}
