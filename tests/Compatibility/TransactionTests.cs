using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>Transactions by foreign clients: librdkafka through confluent-kafka, and kafkajs.</summary>
public sealed class TransactionTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private readonly string _bootstrap = fixture.Platform.BootstrapServers;

    [Fact]
    public async Task Committed_records_are_seen_and_aborted_ones_are_not() =>
        Assert.Equal("""{"committed": true, "all": true}""", await PythonAsync("commit_and_abort"));

    [Fact]
    public async Task An_open_transaction_holds_back_what_lies_behind_it() => Assert.Equal(
        """{"during": ["before"], "after": ["before", "behind", "inside"]}""", await PythonAsync("open_transaction"));

    [Fact]
    public async Task A_producer_that_was_taken_over_is_fenced() =>
        Assert.Equal("""{"fenced": true, "values": ["current"]}""", await PythonAsync("fencing"));

    [Fact]
    public async Task Offsets_are_committed_with_the_records_that_were_made_of_them() =>
        Assert.Equal("""{"between": true, "end": 100, "values": true}""", await PythonAsync("copy"));

    [Fact]
    public async Task A_transaction_that_nobody_ends_is_aborted_by_the_broker() =>
        Assert.Equal("""{"values": ["behind"], "failed": true}""", await PythonAsync("timeout"));

    [Fact]
    public async Task Kafkajs_commits_and_aborts_with_offsets()
    {
        var result = await ClientScript.NodeAsync("kafkajs.mjs", "transactions", _bootstrap);

        Assert.Equal("""{"values":["0a","0b","2a","2b","end"],"offset":"12"}""", result.GetRawText());
    }

    [Fact]
    public async Task Operators_list_describe_and_abort_what_is_open()
    {
        using var open = ClientScript.StartPython("transactions.py", "hold", _bootstrap, "held", "held-id");
        Assert.Equal("open", await open.StandardOutput.ReadLineAsync());

        var listed = await JsonAsync("transactions", "list", "--state", "Ongoing");
        var described = await JsonAsync("transactions", "describe", "held-id");
        Assert.Contains("held-id", listed.EnumerateArray().Select(t => t.GetProperty("transactionalId").GetString()));
        Assert.Equal("held-0", Assert.Single(described[0].GetProperty("partitions").EnumerateArray()).GetString());
        Assert.Equal("[]", (await JsonAsync("transactions", "find-hanging")).GetRawText());

        await JsonAsync("transactions", "abort", "--transactional-id", "held-id");
        await open.StandardInput.WriteLineAsync();

        Assert.Equal("""{"fenced": true, "values": []}""", (await open.StandardOutput.ReadToEndAsync()).Trim());
    }

    private async Task<string> PythonAsync(string scenario) =>
        (await ClientScript.PythonAsync("transactions.py", scenario, _bootstrap)).GetRawText();

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await ClientScript.PlatformAsync([.. arguments, "--json", "-b", _bootstrap]);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)} exited with {exitCode}: {errors}");
        return JsonSerializer.Deserialize<JsonElement>(output);
    }
}

/// <summary>Transactions and kill -9.</summary>
public sealed class TransactionRestartTests
{
    private const string Topic = "whole";

    [Fact]
    public async Task After_kill_9_in_the_middle_of_transactions_only_whole_ones_are_seen()
    {
        await using var platform = await PlatformProcess.StartAsync();
        await ClientScript.PlatformAsync("topics", "create", Topic, "--partitions", "3", "-b", platform.BootstrapServers);
        var committed = 0;

        for (var kill = 0; kill < 3; kill++)
        {
            using var writer = ClientScript.StartPython(
                "transactions.py", "write", platform.BootstrapServers, Topic, "writer", $"{kill * 1_000_000}");
            for (var round = 0; round < 25; round++)
            {
                Assert.StartsWith("committed", await writer.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
                committed++;
            }
            await platform.KillAsync();
            writer.Kill();
            await platform.RestartAsync();
        }
        // Who comes next aborts what the killed one left open.
        await ClientScript.PythonAsync("transactions.py", "take_over", platform.BootstrapServers, Topic, "writer");
        var found = await ClientScript.PythonAsync("transactions.py", "whole", platform.BootstrapServers, Topic);

        Assert.Equal(0, found.GetProperty("torn").GetInt32());
        Assert.InRange(found.GetProperty("rounds").GetInt32(), committed + 1, int.MaxValue);
    }
}
