namespace Platform.Compatibility;

/// <summary>What people do wrong, and what the binary tells them.</summary>
public sealed class MisuseTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private readonly PlatformProcess _platform = fixture.Platform;

    [Fact]
    public async Task An_unknown_setting_is_named_with_the_one_that_was_meant()
    {
        var (exitCode, _, errors) = await BrokerAsync("num.partitons=3");

        Assert.Equal(2, exitCode);
        Assert.Contains("num.partitons", errors);
        Assert.Contains("num.partitions", errors);
    }

    [Fact]
    public async Task A_wrong_value_is_named_with_what_is_allowed()
    {
        var (exitCode, _, errors) = await BrokerAsync("num.partitions=many");

        Assert.Equal(2, exitCode);
        Assert.Contains("num.partitions", errors);
        Assert.Contains("many", errors);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_what_to_do()
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, _, errors) = await ClientScript.PlatformAsync(
            "dev", "--data-dir", directory.Path, "--kafka-port", $"{_platform.KafkaPort}",
            "--registry-port", "0", "--rest-port", "0", "--dashboard-port", "0");

        Assert.Equal(1, exitCode);
        Assert.Contains($":{_platform.KafkaPort}", errors);
        Assert.DoesNotContain("   at ", errors);
    }

    [Fact]
    public async Task A_data_directory_in_use_by_another_process_is_refused()
    {
        var (exitCode, _, errors) = await ClientScript.PlatformAsync(
            "dev", "--data-dir", _platform.DataDir, "--kafka-port", "0",
            "--registry-port", "0", "--rest-port", "0", "--dashboard-port", "0");

        Assert.Equal(2, exitCode);
        Assert.Contains(_platform.DataDir, errors);
        Assert.DoesNotContain("   at ", errors);
    }

    [Fact]
    public async Task A_data_directory_of_another_cluster_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await FormatAsync(directory, clusterId: "5L6g3nShT-eMCtK--X86sw");

        var (exitCode, _, errors) = await BrokerAsync(
            $"log.dirs={directory.Path}", "platform.cluster.id=MkU3OEVBNTcwNTJENDM2Qg");

        Assert.Equal(2, exitCode);
        Assert.Contains("5L6g3nShT-eMCtK--X86sw", errors);
    }

    [Fact]
    public async Task A_data_directory_of_another_node_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await FormatAsync(directory, clusterId: "5L6g3nShT-eMCtK--X86sw");

        var (exitCode, _, errors) = await BrokerAsync(
            $"log.dirs={directory.Path}", "node.id=7", "controller.quorum.voters=7@127.0.0.1:9093");

        Assert.Equal(2, exitCode);
        Assert.Contains("node", errors);
        Assert.Contains("7", errors);
    }

    [Fact]
    public async Task An_unformatted_directory_is_refused_with_the_command_that_formats_it()
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, _, errors) = await BrokerAsync($"log.dirs={directory.Path}");

        Assert.Equal(2, exitCode);
        Assert.Contains("format", errors);
    }

    [Fact]
    public async Task A_controller_that_knows_nobody_but_itself_is_refused_with_the_way_to_found_a_quorum()
    {
        using var directory = new TemporaryDirectory();
        string[] settings =
        [
            $"log.dirs={directory.Path}", "listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:19093",
            "controller.quorum.voters=", "controller.quorum.bootstrap.servers=127.0.0.1:19093",
        ];
        await ClientScript.PlatformAsync(
            ["storage", "format", "--no-initial-controllers", "-t", "MkU3OEVBNTcwNTJENDM2Qg", .. Overrides(settings)]);

        var (exitCode, _, errors) = await BrokerAsync(settings);

        Assert.Equal(2, exitCode);
        Assert.Contains("--standalone", errors);
    }

    [Theory]
    [InlineData("1@127.0.0.1:9093", "has no directory id")]
    [InlineData("2@127.0.0.1:9093:AAAAAAAAAAAAAAAAAAAAAg", "does not list node 1")]
    [InlineData("1@127.0.0.1:1:AAAAAAAAAAAAAAAAAAAAAg,1@127.0.0.1:2:AAAAAAAAAAAAAAAAAAAAAw", "listed twice")]
    public async Task Initial_controllers_that_cannot_be_are_refused(string controllers, string reason)
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, _, errors) = await ClientScript.PlatformAsync(
        [
            "storage", "format", "--initial-controllers", controllers, "-t", "MkU3OEVBNTcwNTJENDM2Qg",
            .. Overrides($"log.dirs={directory.Path}", "controller.quorum.voters=",
                "controller.quorum.bootstrap.servers=127.0.0.1:9093"),
        ]);

        Assert.Equal(2, exitCode);
        Assert.Contains(reason, errors);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_an_error_and_no_stack_trace()
    {
        var (exitCode, _, errors) = await ClientScript.PlatformAsync("topics", "list", "-b", "127.0.0.1:1");

        Assert.Equal(1, exitCode);
        Assert.Contains("127.0.0.1:1", errors);
        Assert.DoesNotContain("   at ", errors);
    }

    [Fact]
    public async Task An_unknown_topic_is_an_error_that_names_it_and_the_command_that_shows_others()
    {
        var (exitCode, _, errors) = await ClientScript.PlatformAsync(
            "topics", "describe", "nowhere", "-b", _platform.BootstrapServers);

        Assert.Equal(1, exitCode);
        Assert.Contains("nowhere", errors);
        Assert.Contains("platform topics list", errors);
    }

    private static Task<(int ExitCode, string Output, string Errors)> FormatAsync(TemporaryDirectory directory, string clusterId) =>
        ClientScript.PlatformAsync(["storage", "format", "-t", clusterId, .. Overrides($"log.dirs={directory.Path}")]);

    private static Task<(int ExitCode, string Output, string Errors)> BrokerAsync(params string[] settings) =>
        ClientScript.PlatformAsync(["broker", .. Overrides(settings)]);

    private static IEnumerable<string> Overrides(params string[] settings)
    {
        string[] basics =
        [
            "process.roles=broker,controller", "node.id=1", "listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
            "controller.listener.names=CONTROLLER", "controller.quorum.voters=1@127.0.0.1:9093",
        ];
        return basics.Concat(settings).SelectMany(setting => (string[])["--override", setting]);
    }
}

/// <summary>A directory that goes with its test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("platform-misuse-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
