using System.Diagnostics;

namespace Platform.Compatibility;

/// <summary>docker-compose.yml, without Docker: its syntax by docker-compose itself, its broker as a process.</summary>
public sealed class ComposeTests
{
    private static readonly string File = Path.Combine(ClientScript.Folder, "..", "..", "docker-compose.yml");

    [Fact]
    public async Task Docker_compose_finds_nothing_wrong()
    {
        var services = await ClientScript.RunAsync("docker-compose", ["-f", File, "config", "--services"], input: null);

        Assert.Equal(["api", "dashboard", "kafka"], services.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task The_environment_of_the_broker_starts_one()
    {
        using var directory = new TemporaryDirectory();
        using var broker = Start(await EnvironmentOfBrokerAsync(), directory);
        try
        {
            var ready = await UntilReadyAsync(broker);

            Assert.Contains("node 1 of cluster 5L6g3nShT-eMCtK--X86sw", ready);
        }
        finally
        {
            broker.Kill();
            await broker.WaitForExitAsync();
        }
    }

    // KAFKA_* lines of the file, with addresses of this machine in place of the containers'.
    private static async Task<Dictionary<string, string>> EnvironmentOfBrokerAsync()
    {
        var config = await ClientScript.RunAsync("docker-compose", ["-f", File, "config"], input: null);
        return config.Split('\n').Select(line => line.Trim().Split(": ", 2))
            .Where(pair => pair.Length == 2 && (pair[0].StartsWith("KAFKA_", StringComparison.Ordinal) || pair[0] == "CLUSTER_ID"))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('\'', '"')
                .Replace("://:19092", "://127.0.0.1:0", StringComparison.Ordinal)
                .Replace("://:9093", "://127.0.0.1:0", StringComparison.Ordinal)
                .Replace("://:9092", "://127.0.0.1:0", StringComparison.Ordinal));
    }

    private static Process Start(Dictionary<string, string> environment, TemporaryDirectory directory)
    {
        var start = new ProcessStartInfo("dotnet", [PlatformProcess.Binary, "broker"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["KAFKA_LOG_DIRS"] = directory.Path;
        return Process.Start(start)!;
    }

    private static async Task<string> UntilReadyAsync(Process broker)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await broker.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            if (line.StartsWith("ready", StringComparison.Ordinal))
                return line;
        throw new InvalidOperationException($"the broker ended with exit code {broker.ExitCode}");
    }
}
