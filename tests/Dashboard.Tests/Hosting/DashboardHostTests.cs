using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.Client;
using Platform.Dashboard.Hosting;
using Platform.Dashboard.Monitoring;
using Platform.Protocol;

namespace Platform.Dashboard.Tests.Hosting;

public sealed class DashboardHostTests : IAsyncLifetime
{
    private readonly FakeCluster _cluster = new FakeCluster().WithBrokers(1).WithTopic("orders", 3);
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private WebApplication _app = null!;

    public async Task InitializeAsync() => await StartAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private async Task StartAsync()
    {
        _app = DashboardHost.Build(new DashboardOptions { DashboardPort = 0, ClusterName = "test" }, _cluster);
        await _app.StartAsync();
        _http.BaseAddress = DashboardHost.AddressOf(_app);
        await DashboardHost.WhenReadyAsync(_app, CancellationToken.None);
    }

    [Fact]
    public async Task The_root_leads_to_the_only_cluster()
    {
        var response = await _http.GetAsync("/");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/c/test", response.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/c/test", "Overview")]
    [InlineData("/c/test/topics", "orders")]
    [InlineData("/c/test/topics/orders", "Partitions")]
    [InlineData("/c/test/topics/missing", "There is no topic missing")]
    [InlineData("/c/test/groups", "No consumer group yet")]
    [InlineData("/c/test/brokers", "broker-1")]
    public async Task Pages_show_the_cluster_before_any_script_has_run(string path, string text)
    {
        var page = await _http.GetStringAsync(path);

        Assert.Contains(text, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/_framework/blazor.web.js", "text/javascript")]
    [InlineData("/_content/Radzen.Blazor/css/standard-dark-base.css", "text/css")]
    [InlineData("/_content/Radzen.Blazor/fonts/SourceSans3VF-Upright.ttf.woff2", "font/woff2")]
    [InlineData("/js/live-chart.js", "text/javascript")]
    public async Task Assets_come_out_of_the_assembly(string path, string mediaType)
    {
        var response = await _http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Health_and_metrics_answer()
    {
        Assert.Equal("live\n", await _http.GetStringAsync("/health/live"));
        Assert.Equal("ready\n", await _http.GetStringAsync("/health/ready"));
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task A_web_socket_of_another_site_is_refused()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/hubs/cluster");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Origin", "https://elsewhere.example");

        var response = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_dashboard_without_a_cluster_is_not_ready_and_says_why()
    {
        await _app.DisposeAsync();
        _cluster.Failure = new KafkaException(ErrorCode.NetworkException, "connection refused");
        using var http = new HttpClient();
        _app = DashboardHost.Build(new DashboardOptions { DashboardPort = 0, ClusterName = "test" }, _cluster);
        await _app.StartAsync();

        var response = await http.GetAsync(new Uri(DashboardHost.AddressOf(_app), "/health/ready"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.StartsWith("not ready", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_none_is_refused_with_its_value()
    {
        var failure = Assert.Throws<FormatException>(() =>
            DashboardHost.Build(new DashboardOptions { Host = "my host" }));

        Assert.Contains("'my host'", failure.Message, StringComparison.Ordinal);
    }
}
