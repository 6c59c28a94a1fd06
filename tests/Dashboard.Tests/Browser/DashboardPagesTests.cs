using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Platform.Client;
using Platform.Dashboard.Hosting;
using Platform.Protocol;
using static Microsoft.Playwright.Assertions;

namespace Platform.Dashboard.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class DashboardPagesTests(Chromium chromium) : IAsyncLifetime
{
    private static readonly LocatorAssertionsToContainTextOptions Patient = new() { Timeout = 30_000 };

    private readonly FakeCluster _cluster = new FakeCluster().WithBrokers(1, 2).WithTopic("orders", 2, [1, 2])
        .WithTopic("payments", 1, [2, 1]).WithGroup("billing", "Stable", 1, "orders", 0, 0);

    private readonly List<string> _errors = [];
    private WebApplication _app = null!;
    private IPage _page = null!;

    public async Task InitializeAsync()
    {
        _app = DashboardHost.Build(
            new DashboardOptions { DashboardPort = 0, ClusterName = "test" }, new MovingCluster(_cluster, "orders"));
        await _app.StartAsync();
        _page = await chromium.NewPageAsync(DashboardHost.AddressOf(_app));
        _page.PageError += (_, error) => _errors.Add(error);
        _page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Add(message.Text);
        };
    }

    public async Task DisposeAsync()
    {
        await _page.Context.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/", "Overview · test · Platform")]
    [InlineData("/c/test/topics", "Topics · test · Platform")]
    [InlineData("/c/test/topics/orders", "orders · test · Platform")]
    [InlineData("/c/test/topics/orders/produce", "orders · test · Platform")]
    [InlineData("/c/test/groups", "Consumer groups · test · Platform")]
    [InlineData("/c/test/groups/billing", "billing · test · Platform")]
    [InlineData("/c/test/brokers", "Brokers · test · Platform")]
    public async Task Every_page_opens_by_its_address_without_errors(string path, string title)
    {
        await _page.OpenAsync(path);

        await Expect(_page).ToHaveTitleAsync(title);
        await Expect(_page.Locator("h1")).ToHaveCountAsync(1);
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Throughput_moves_while_messages_are_written()
    {
        await _page.OpenAsync("/");

        await Expect(_page.Locator("[data-tile='Messages in']")).ToContainTextAsync("/s", Patient);
        await Expect(_page.Locator("live-chart[data-title='Messages'] .chart-key b").First)
            .Not.ToHaveTextAsync("–", new() { Timeout = 30_000 });
        await _page.WaitForFunctionAsync("""
            () => document.querySelector("live-chart[data-title='Messages']").stream.points.times.length >= 3
            """);
        var rates = await _page.EvaluateAsync<double[]>("""
            () => document.querySelector("live-chart[data-title='Messages']").stream.points.values[0]
            """);
        Assert.Contains(rates, rate => rate > 0);
    }

    [Fact]
    public async Task The_theme_is_switched_and_remembered()
    {
        await _page.OpenAsync("/");
        await Expect(_page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        await _page.ClickAsync("[data-theme-toggle]");
        await _page.OpenAsync("/c/test/topics");

        await Expect(_page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
    }

    [Fact]
    public async Task A_filter_narrows_the_list_and_is_in_the_address()
    {
        await _page.OpenAsync("/c/test/topics");

        await _page.Keyboard.PressAsync("/");
        await _page.Keyboard.TypeAsync("pay");

        await Expect(_page.GetByRole(AriaRole.Link, new() { Name = "orders" })).ToHaveCountAsync(0);
        await Expect(_page.GetByRole(AriaRole.Link, new() { Name = "payments" })).ToBeVisibleAsync();
        Assert.EndsWith("/topics?q=pay", _page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_goes_away_is_said_to_be_away_and_comes_back_by_itself()
    {
        await _page.OpenAsync("/");
        await Expect(_page.Locator(".live")).ToContainTextAsync("Live", Patient);

        _cluster.Failure = new KafkaException(ErrorCode.NetworkException, "connection refused");
        await Expect(_page.Locator(".verdict")).ToContainTextAsync("connection refused", Patient);
        await Expect(_page.Locator(".live")).ToContainTextAsync("old, retrying", Patient);

        _cluster.Failure = null;
        await Expect(_page.Locator(".live")).ToContainTextAsync("Live", Patient);
    }

    [Fact]
    public async Task A_console_that_is_gone_is_said_to_be_gone_and_nothing_claims_to_be_live()
    {
        await _page.OpenAsync("/");
        await Expect(_page.Locator(".live-on")).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await _app.StopAsync();

        await Expect(_page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The console is not reachable", Patient);
        await Expect(_page.Locator(".live-on")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_page_of_another_cluster_does_not_exist()
    {
        await _page.GotoAsync("/c/elsewhere/topics");

        await Expect(_page.Locator("h2")).ToContainTextAsync("There is no such page", Patient);
    }
}
