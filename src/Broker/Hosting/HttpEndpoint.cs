using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Broker.Observability;
using Platform.Client.Observability;

namespace Platform.Broker.Hosting;

/// <summary>/metrics, /events and /health of a broker that runs alone (platform.http.listener).</summary>
internal static class HttpEndpoint
{
    /// <summary>Starts to listen.</summary>
    /// <param name="listener">host:port; port 0 takes a free one.</param>
    /// <param name="metrics">What /metrics shows.</param>
    /// <param name="events">What /events shows; <c>?after=N</c> leaves out what the reader has.</param>
    /// <param name="whyNotReady">What /health/ready says: null once the node serves.</param>
    public static async Task<WebApplication> StartAsync(
        string listener, PrometheusExporter? metrics, ClusterEventRing events, Func<string?> whyNotReady)
    {
        // By default the host watches its content root, and that is the working directory with all that lies below it:
        // with the log directories there, every append would be told to a thread of the watcher.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "Platform.Broker",
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPEndPoint.Parse(listener)));
        var app = builder.Build();
        app.MapGet("/health/live", () => Results.Text("alive"));
        app.MapGet("/health/ready", () => whyNotReady() is { } reason
            ? Results.Text($"not ready: {reason}", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready"));
        if (metrics is not null)
            app.MapGet("/metrics", () => Results.Text(metrics.Render(), PrometheusExporter.ContentType));
        app.MapGet("/events", (long? after) => Results.Bytes(events.ToJson(after ?? -1), "application/json"));
        await app.StartAsync();
        return app;
    }
}
