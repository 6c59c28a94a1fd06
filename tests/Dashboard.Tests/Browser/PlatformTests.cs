using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Platform.Broker.Hosting;
using Platform.Client.Producing;
using Platform.Cluster.Configuration;
using Platform.Dashboard.Hosting;
using Platform.Protocol;
using static Microsoft.Playwright.Assertions;

namespace Platform.Dashboard.Tests.Browser;

/// <summary>A broker and the dashboard in this process, and a person in front of a browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PlatformTests(Chromium chromium) : IAsyncLifetime
{
    private static readonly LocatorAssertionsToContainTextOptions Patient = new() { Timeout = 30_000 };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("platform-dashboard");
    private BrokerHost _broker = null!;
    private WebApplication _app = null!;
    private IPage _page = null!;

    public async Task InitializeAsync()
    {
        _broker = await BrokerHost.StartAsync(Config(_directory.FullName), new BrokerHostOptions());
        _app = DashboardHost.Build(
            new DashboardOptions { BootstrapServers = _broker.BootstrapServers, DashboardPort = 0 });
        await _app.StartAsync();
        _page = await chromium.NewPageAsync(DashboardHost.AddressOf(_app));
    }

    public async Task DisposeAsync()
    {
        await _page.Context.DisposeAsync();
        await _app.DisposeAsync();
        await _broker.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private static BrokerConfig Config(string directory) => BrokerConfig.Parse(overrides: new Dictionary<string, string>
    {
        ["process.roles"] = "broker,controller",
        ["node.id"] = "1",
        ["log.dirs"] = directory,
        ["listeners"] = "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
        ["controller.listener.names"] = "CONTROLLER",
        ["controller.quorum.voters"] = "1@127.0.0.1:9093",
        ["platform.cluster.id"] = Uuid.Random().ToString(),
    });

    [Fact]
    public async Task An_empty_cluster_says_how_to_begin()
    {
        await _page.OpenAsync("/");

        await Expect(_page.Locator(".verdict")).ToContainTextAsync("Healthy", Patient);
        await Expect(_page.Locator(".command").First).ToContainTextAsync(
            $"kcat -P -b {_broker.BootstrapServers}", Patient);
    }

    [Fact]
    public async Task Throughput_moves_while_messages_are_produced()
    {
        await using var producer = new KafkaProducer(
            new ProducerOptions { BootstrapServers = _broker.BootstrapServers });
        using var stop = new CancellationTokenSource();
        var producing = ProduceAsync(producer, stop.Token);

        await _page.OpenAsync("/");
        await _page.WaitForFunctionAsync("""
            () => {
              const points = document.querySelector("live-chart[data-title='Messages']")?.stream.points;
              return points?.values[0]?.filter(rate => rate > 0).length >= 3;
            }
            """);
        await Expect(_page.Locator("[data-tile='Messages in']")).Not.ToHaveTextAsync("0/s", new() { Timeout = 30_000 });

        await stop.CancelAsync();
        await producing;
    }

    [Fact]
    public async Task A_topic_is_made_written_and_read_in_the_browser()
    {
        await _page.OpenAsync("/c/local/topics");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Create topic" }).ClickAsync();
        await _page.FillAsync("#topic-name", "greetings");
        await _page.Locator(".rz-dialog button[type=submit]").ClickAsync();
        await Expect(_page.Locator("h1")).ToContainTextAsync("greetings", Patient);

        await _page.OpenAsync("/c/local/topics/greetings/produce");
        await _page.FillAsync("#produce-key", "first");
        await _page.FillAsync("#produce-value", """{"hello":"world"}""");
        await _page.FillAsync("#produce-headers", "source: a browser");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Write message" }).ClickAsync();
        await Expect(_page.Locator("[data-produced]")).ToContainTextAsync("offset", Patient);

        await _page.Locator("[data-produced] a").ClickAsync();
        await _page.Locator("button.message-row").ClickAsync();
        await Expect(_page.Locator(".message-detail")).ToContainTextAsync("\"hello\": \"world\"", Patient);
        await Expect(_page.Locator(".message-detail")).ToContainTextAsync("a browser", Patient);
    }

    [Fact]
    public async Task The_live_tail_shows_messages_as_they_come()
    {
        await using var producer = new KafkaProducer(
            new ProducerOptions { BootstrapServers = _broker.BootstrapServers });
        await producer.SendAsync(new ProducerRecord("clicks", "before"u8.ToArray()));
        await _page.OpenAsync("/c/local/topics/clicks/messages?from=tail");
        await Expect(_page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync(
            new() { Timeout = 30_000 });
        using var stop = new CancellationTokenSource();
        var producing = ProduceAsync(producer, stop.Token);

        await Expect(_page.Locator("button.message-row").First).ToContainTextAsync("click", Patient);

        await stop.CancelAsync();
        await producing;
    }

    // One message after the other, each acknowledged before the next: as fast as the broker is, and no faster.
    private static async Task ProduceAsync(KafkaProducer producer, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await producer.SendAsync(new ProducerRecord("clicks", "a click"u8.ToArray()), CancellationToken.None);
    }
}
