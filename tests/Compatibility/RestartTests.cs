namespace Platform.Compatibility;

/// <summary>What survives when the process is killed or asked to stop.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Every_acknowledged_record_of_an_idempotent_producer_is_there_once_after_kill_9()
    {
        await using var platform = await PlatformProcess.StartAsync();
        await ClientScript.PlatformAsync("topics", "create", "survivors", "-b", platform.BootstrapServers);

        var producing = ClientScript.PythonAsync("confluent.py", "produce_acked", platform.BootstrapServers, "survivors", "30000");
        await platform.UntilOffsetAsync("survivors", atLeast: 5_000);
        await platform.KillAsync();
        await platform.RestartAsync();
        var produced = await producing;
        var found = await ClientScript.PythonAsync("confluent.py", "count_values", platform.BootstrapServers, "survivors");

        Assert.Equal("""{"acked": 30000, "failures": []}""", produced.GetRawText());
        Assert.Equal("""{"count": 30000, "in_order_once": true}""", found.GetRawText());
    }

    [Fact]
    public async Task Groups_resume_at_their_commits_after_kill_9()
    {
        await using var platform = await PlatformProcess.StartAsync();
        await ClientScript.KcatAsync("a\nb\nc\n", "-P", "-b", platform.BootstrapServers, "-t", "resume");
        var first = await ReadInGroup(platform, 2);

        await platform.KillAsync();
        await platform.RestartAsync();

        Assert.Equal(("a\nb\n", "c\n"), (first, await ReadInGroup(platform, 1)));
    }

    [Fact]
    public async Task A_terminated_process_exits_with_0_and_starts_again_with_its_data()
    {
        await using var platform = await PlatformProcess.StartAsync();
        await ClientScript.KcatAsync("kept\n", "-P", "-b", platform.BootstrapServers, "-t", "kept");

        var exitCode = await platform.TerminateAsync();
        await platform.RestartAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal("kept\n", await ClientScript.KcatAsync(null, "-C", "-b", platform.BootstrapServers, "-t", "kept", "-e", "-q"));
    }

    private static Task<string> ReadInGroup(PlatformProcess platform, int messages) => ClientScript.KcatAsync(null,
        "-G", "resume-readers", "resume", "-b", platform.BootstrapServers, "-q", "-c", $"{messages}",
        "-X", "auto.offset.reset=earliest", "-X", "session.timeout.ms=6000");
}

/// <summary>Waiting for what foreign clients do.</summary>
internal static class PlatformProcessExtensions
{
    /// <summary>Asks for the end offset of partition 0 until it is high enough.</summary>
    public static async Task UntilOffsetAsync(this PlatformProcess platform, string topic, long atLeast)
    {
        while (true)
        {
            var answer = await ClientScript.KcatAsync(null, "-Q", "-b", platform.BootstrapServers, "-t", $"{topic}:0:-1");
            if (long.Parse(answer.Trim().Split(' ')[^1]) >= atLeast)
                return;
        }
    }
}
