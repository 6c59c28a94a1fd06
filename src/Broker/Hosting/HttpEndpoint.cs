using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Client.Observability;

namespace Platform.Broker.Hosting;

/// <summary>/metrics and /health of a broker that runs alone (platform.http.listener).</summary>
internal static class HttpEndpoint
{
    /// <summary>Starts to listen.</summary>
    /// <param name="listener">host:port; port 0 takes a free one.</param>
    /// <param name="metrics">What /metrics shows.</param>
    /// <param name="isReady">What /health/ready says.</param>
    public static async Task<WebApplication> StartAsync(string listener, PrometheusExporter metrics, Func<bool> isReady)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Platform.Broker" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPEndPoint.Parse(listener)));
        var app = builder.Build();
        app.MapGet("/health/live", () => Results.Text("alive"));
        app.MapGet("/health/ready", () => isReady() ? Results.Text("ready") : Results.Text("not ready: the broker is starting or fenced", statusCode: 503));
        app.MapGet("/metrics", () => Results.Text(metrics.Render(), PrometheusExporter.ContentType));
        await app.StartAsync();
        return app;
    }
}
