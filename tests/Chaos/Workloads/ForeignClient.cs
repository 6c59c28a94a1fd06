using System.Diagnostics;
using System.Text.Json;
using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Protocol;

namespace Platform.Chaos.Workloads;

/// <summary>librdkafka, by way of Python: our client and our broker could share a mistake. The script prints a line of JSON
/// for everything that happens, on the same clock.</summary>
public sealed class ForeignClient(
    string name, ChaosCluster cluster, Recorder recorder, string verb, string topic, int partitions, string argument)
    : Workload(name, cluster, recorder)
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(70);

    /// <summary>True when it is installed.</summary>
    public static bool IsInstalled { get; } = Directory.Exists("/usr/lib/python3/dist-packages/confluent_kafka");

    /// <inheritdoc/>
    protected override async Task WorkAsync(string incarnation, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "-u", Path.Combine(AppContext.BaseDirectory, "clients", "librdkafka.py"), verb, Cluster.BootstrapServers, incarnation,
            topic, $"{partitions}", argument,
        ];
        foreach (var word in arguments)
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        // The end of its input tells it to finish.
        await using var stopping = stop.Register(() => process.StandardInput.Close());
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
            Record(incarnation, JsonDocument.Parse(line).RootElement);
        using var limit = new CancellationTokenSource(EndLimit);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
            Recorder.Add(new Failure(incarnation, $"librdkafka ended with {process.ExitCode}: {await errors}"));
    }

    private void Record(string incarnation, JsonElement line)
    {
        TopicPartition At() => new(topic, line.GetProperty("partition").GetInt32());
        long Number(string property) => line.GetProperty(property).GetInt64();
        var (began, ended) = (Number("began"), Number("ended"));
        var error = line.GetProperty("error").GetString();
        Recorder.Add(line.GetProperty("type").GetString() switch
        {
            "written" => new Written(incarnation, Number("sequence"), At(), error is null ? Outcome.Ok : Outcome.Unknown,
                Number("offset"), Guarantee.ExactlyOnce) { BeganUs = began, EndedUs = ended, Error = error },
            "read" => new Consumed($"{incarnation}/{Number("assignment")}", argument, true, At(), Number("offset"),
                Mark.Parse(System.Text.Encoding.ASCII.GetBytes(line.GetProperty("value").GetString()!))) { EndedUs = ended },
            "commit" => new OffsetCommitted(argument, At(), Number("offset"), error is null ? Outcome.Ok : Outcome.Unknown)
            {
                BeganUs = began,
                EndedUs = ended,
            },
            var type => new Failure(incarnation, $"{type}: {error}"),
        });
    }
}
