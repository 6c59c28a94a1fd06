namespace Platform.Compatibility;

/// <summary>
/// Goal: a loop that consumes, changes and produces in transactions copies every record exactly once, whoever is killed.
/// Method: `clients/python/exactly_once.py`, of which these are short runs; `exactly-once.sh` makes long ones.
/// </summary>
public sealed class ExactlyOnceTests
{
    [Fact]
    public async Task Every_record_is_copied_once_although_loop_and_broker_are_killed()
    {
        var result = await RunAsync("kills", rounds: 3);

        Assert.Contains("\"lost\": 0, \"repeated\": 0, \"in_order\": true", result, StringComparison.Ordinal);
        Assert.Contains("\"killed\": {\"loop\": 3, \"broker\": 3}", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zombies_of_the_same_and_of_another_id_are_fenced_and_their_output_is_never_seen()
    {
        var result = await RunAsync("zombies", rounds: 2);

        Assert.Contains("\"lost\": 0, \"repeated\": 0, \"in_order\": true", result, StringComparison.Ordinal);
        Assert.Contains("\"fenced\": 2}", result, StringComparison.Ordinal);
        Assert.DoesNotContain("\"aborted\": 0,", result, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string scenario, int rounds) => (await ClientScript.PythonAsync(
        "exactly_once.py", scenario, PlatformProcess.Binary, $"{rounds}")).GetRawText();
}
