namespace Platform.Compatibility;

/// <summary>/metrics and /health as Prometheus and orchestrators read them.</summary>
public sealed class MetricsTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private static readonly HttpClient Http = new();
    private readonly PlatformProcess _platform = fixture.Platform;

    [Fact]
    public async Task Promtool_finds_nothing_wrong()
    {
        await ClientScript.KcatAsync("a\nb\n", "-P", "-b", _platform.BootstrapServers, "-t", "measured");

        var metrics = await Http.GetStringAsync(new Uri(_platform.Dashboard, "/metrics"));
        var complaints = await ClientScript.RunAsync("promtool", ["check", "metrics"], metrics);

        Assert.Equal("", complaints);
    }

    [Fact]
    public async Task Series_carry_the_names_that_kafka_dashboards_use()
    {
        await ClientScript.KcatAsync("a\nb\n", "-P", "-b", _platform.BootstrapServers, "-t", "named");

        var metrics = await Http.GetStringAsync(new Uri(_platform.Dashboard, "/metrics"));

        Assert.Contains("kafka_server_brokertopicmetrics_messagesin_total{broker=\"1\",topic=\"named\"} 2\n", metrics);
        Assert.Contains("kafka_server_replicamanager_underreplicatedpartitions{broker=\"1\"} 0\n", metrics);
        Assert.Contains("kafka_controller_kafkacontroller_activecontrollercount{broker=\"1\"} 1\n", metrics);
        Assert.Contains("kafka_network_requestmetrics_requests_total{broker=\"1\",request=\"Produce\"} ", metrics);
        Assert.Contains("kafka_server_authorizer_metrics_authorization_denied_total{broker=\"1\"} 0\n", metrics);
        Assert.Contains("kafka_server_controllermutation_refused_total{broker=\"1\"} 0\n", metrics);
        Assert.Contains("kafka_server_replicaalterlogdirsmanager_movingpartitions{broker=\"1\"} 0\n", metrics);
        Assert.Contains("kafka_network_requestmetrics_totaltimems{broker=\"1\",request=\"Produce\",quantile=\"0.99\"} ", metrics);
    }

    [Fact]
    public async Task The_lag_of_a_group_is_told_by_partition()
    {
        await ClientScript.KcatAsync("a\nb\nc\n", "-P", "-b", _platform.BootstrapServers, "-t", "lagging");
        await ClientScript.KcatAsync(null, "-G", "laggards", "lagging", "-b", _platform.BootstrapServers, "-q", "-c", "3",
            "-X", "auto.offset.reset=earliest");
        await ClientScript.KcatAsync("d\ne\n", "-P", "-b", _platform.BootstrapServers, "-t", "lagging");

        var expected = "kafka_consumergroup_lag{consumergroup=\"laggards\",topic=\"lagging\",partition=\"0\"} 2\n";
        await MetricsContainAsync(expected);
    }

    // The sampler looks at the cluster once a second: ask until its picture is the present one.
    private async Task MetricsContainAsync(string expected)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var metrics = "";
        while (!metrics.Contains(expected, StringComparison.Ordinal))
            metrics = await Http.GetStringAsync(new Uri(_platform.Dashboard, "/metrics"), limit.Token);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Every_http_port_says_that_it_is_healthy(string path)
    {
        foreach (var port in (Uri[])[_platform.Rest, _platform.Registry, _platform.Dashboard])
        {
            using var response = await Http.GetAsync(new Uri(port, path));
            Assert.True(response.IsSuccessStatusCode, $"{port}{path}: {response.StatusCode}");
        }
    }
}
