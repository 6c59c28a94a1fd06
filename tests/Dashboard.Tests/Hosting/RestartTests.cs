using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Dashboard.Hosting;

namespace Platform.Dashboard.Tests.Hosting;

/// <summary>Browser tabs that were open before the dashboard was started again.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_cookie_of_the_process_before_is_replaced_without_a_word()
    {
        var cookies = new CookieContainer();
        await using (var before = await StartAsync())
            await GetAsync(before, cookies);
        await using var after = await StartAsync();
        var logged = new Logged();
        after.Services.GetRequiredService<ILoggerFactory>().AddProvider(logged);

        var page = await GetAsync(after, cookies);

        Assert.NotEqual(0, cookies.Count);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Empty(logged.Lines);
    }

    private static async Task<WebApplication> StartAsync()
    {
        var app = DashboardHost.Build(
            new DashboardOptions { DashboardPort = 0, ClusterName = "test" }, new FakeCluster().WithBrokers(1));
        await app.StartAsync();
        return app;
    }

    // Cookies do not know ports, so that both processes get the same.
    private static async Task<HttpResponseMessage> GetAsync(WebApplication app, CookieContainer cookies)
    {
        using var http = new HttpClient(new HttpClientHandler { CookieContainer = cookies });
        return await http.GetAsync(new Uri(DashboardHost.AddressOf(app), "/c/test"));
    }

    private sealed class Logged : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
