using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Client.Observability;
using Platform.Dashboard.Features.Messages;
using Platform.Dashboard.Features.Topics;
using Platform.Dashboard.Live;
using Platform.Dashboard.Monitoring;
using Platform.Dashboard.Shared;
using Radzen;

namespace Platform.Dashboard.Hosting;

/// <summary>Puts the dashboard together. Starting, stopping and disposing are the caller's.</summary>
public static class DashboardHost
{
    /// <summary>The dashboard, not started yet.</summary>
    /// <exception cref="FormatException"><c>bootstrap.servers</c> or the address to listen on is malformed.</exception>
    public static WebApplication Build(DashboardOptions options) => Build(options, source: null);

    /// <summary>As above, asking <paramref name="source"/> instead of a cluster.</summary>
    internal static WebApplication Build(DashboardOptions options, IClusterSource? source)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
            EnvironmentName = Environments.Production,
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // What goes wrong at the start is thrown to whoever starts us, and told there in a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // A tab that was open before a restart has a cookie of the old process's key; it gets a new one, and nobody
        // needs to read a stack trace about it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Listen(kestrel, options);
        });
        AddServices(builder.Services, options);
        if (source is not null)
            builder.Services.AddSingleton(source);
        var app = builder.Build();
        MapPages(app, options);
        return app;
    }

    /// <summary>Completes when a started dashboard has seen the cluster for the first time.</summary>
    public static async Task WhenReadyAsync(WebApplication app, CancellationToken cancellation)
    {
        var monitor = app.Services.GetRequiredService<ClusterMonitor>();
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var rounds = monitor.OnRound(() =>
        {
            if (monitor.Current.Snapshot is not null)
                seen.TrySetResult();
        });
        if (monitor.Current.Snapshot is null)
            await seen.Task.WaitAsync(cancellation);
    }

    /// <summary>Where a started dashboard listens, such as <c>http://127.0.0.1:8080</c>.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public static Uri AddressOf(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        var address = addresses?.FirstOrDefault()
            ?? throw new InvalidOperationException("The dashboard has not been started.");
        return new Uri(address);
    }

    private static void Listen(KestrelServerOptions kestrel, DashboardOptions options)
    {
        if (options.Host is "*" or "0.0.0.0" or "::")
            kestrel.ListenAnyIP(options.DashboardPort);
        else if (options.Host == "localhost")
            kestrel.Listen(IPAddress.Loopback, options.DashboardPort);
        else if (IPAddress.TryParse(options.Host, out var address))
            kestrel.Listen(address, options.DashboardPort);
        else
            throw new FormatException(
                $"The dashboard cannot listen on '{options.Host}': give an IP address, localhost, or *.");
    }

    private static void AddServices(IServiceCollection services, DashboardOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => new KafkaCluster(new ClientOptions
        {
            BootstrapServers = options.BootstrapServers,
            ClientId = "platform-dashboard",
            TimeProvider = options.TimeProvider,
        }));
        services.AddSingleton(provider => new AdminClient(provider.GetRequiredService<KafkaCluster>()));
        services.AddSingleton<ClusterCommands>();
        services.AddSingleton<MessageReader>();
        services.AddSingleton<BrokerMeters>();
        services.AddSingleton<IClusterSource, KafkaClusterSource>();
        services.AddSingleton<ClusterMonitor>();
        services.AddSingleton<GroupMetrics>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterMonitor>());
        services.AddSingleton<EventMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<EventMonitor>());
        if (options.Metrics is { } metrics)
            services.AddSingleton(metrics);
        else
            services.AddSingleton(_ => new PrometheusExporter());
        // Keys only protect the state of open pages, which does not outlive the process; nothing is written to disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddSignalR();
        services.AddRadzenComponents();
    }

    private static void MapPages(WebApplication app, DashboardOptions options)
    {
        // Its instruments exist from the start, whoever listens to them.
        app.Services.GetRequiredService<GroupMetrics>();
        app.UseExceptionHandler(failed => failed.Run(TellFailureAsync));
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(SameOriginSockets.CheckAsync);
        app.UseAntiforgery();
        EmbeddedAssets.Map(app);
        app.MapGet("/", () => Results.Redirect(ClusterPath.Of(options.ClusterName)));
        app.MapGet("/health/live", () => Results.Text("live\n"));
        // Ready from the first answer on: when the cluster goes away, this is where people look to see why.
        app.MapGet("/health/ready", (ClusterMonitor monitor) => monitor.Current.Snapshot is not null
            ? Results.Text("ready\n")
            : Results.Text($"not ready: {monitor.Current.Verdict.Sentence}\n",
                statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/metrics", (PrometheusExporter metrics) =>
            Results.Text(metrics.Render(), PrometheusExporter.ContentType));
        app.MapHub<ClusterHub>("/hubs/cluster");
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    // What failed is in the log, under the same id: a stack trace is for us, not for the browser.
    private static Task TellFailureAsync(HttpContext context) => context.Response.WriteAsync(
        $"The page failed. The dashboard's log says why, under {context.TraceIdentifier}.\n", context.RequestAborted);
}
