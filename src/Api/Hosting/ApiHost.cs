using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Platform.Api.RestProxy;
using Platform.Api.RestProxy.TopicSchemas;
using Platform.Api.SchemaRegistry;
using Platform.Api.SchemaRegistry.Contexts;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.Hosting;

/// <summary>Addresses that a started API listens on.</summary>
/// <param name="Registry">Base address of the schema registry.</param>
/// <param name="Rest">Base address of the REST proxy.</param>
public sealed record ApiAddresses(Uri Registry, Uri Rest);

/// <summary>Builds the schema registry and the REST proxy as one web application with a port for each.</summary>
public static class ApiHost
{
    /// <summary>Largest request line, which carries subject and topic names.</summary>
    private const int MaxRequestLineBytes = 16 * 1024;

    /// <summary>Connections beyond this are refused, so that they cannot use up file descriptors.</summary>
    private const int MaxConnections = 10_000;

    /// <summary>Builds the application; <c>StartAsync</c> binds the ports, and fails when one is in use.</summary>
    public static WebApplication Build(ApiOptions options) => Build(options, _ => { });

    /// <summary>As <see cref="Build(ApiOptions)"/>; tests replace services by <paramref name="replace"/>.</summary>
    internal static WebApplication Build(ApiOptions options, Action<IServiceCollection> replace)
    {
        // Nothing is read from files, so that none is to be watched: least of all the working directory, which is the
        // default and may hold a broker's logs.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "Platform.Api",
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.SetMinimumLevel(options.LogLevel);
        // What goes wrong at the start is thrown to whoever starts us, and told there in a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // With it the host makes an activity and a scope for each request, which nobody looks at: errors are caught and told by
        // ErrorMiddleware, and what comes too late for that is logged by the web server.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Services.AddApi(options);
        replace(builder.Services);
        var app = builder.Build();
        app.UseMiddleware<MetricsMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseMiddleware<RateLimitMiddleware>();
        // Confluent Server serves v3 under /kafka/v3, and its Go client asks there.
        app.UsePathBase("/kafka");
        app.UseMiddleware<ContextPathMiddleware>();
        app.UseApiDocumentation();
        app.UseWebSockets();
        app.UseRouting();
        app.UseMiddleware<SurfaceMiddleware>();
        app.UseMiddleware<IdempotencyMiddleware>();
        app.MapSchemaRegistry();
        app.MapRestProxy();
        app.MapHealth();
        app.MapMetrics();
        app.MapTopicDocument();
        app.MapOpenApi("/openapi/{documentName}.json");
        return app;
    }

    /// <summary>Completes when a started application has read the schemas, so that it can answer everything.</summary>
    public static Task WhenReadyAsync(WebApplication app, CancellationToken cancellation) =>
        app.Services.GetRequiredService<ISchemaLog>().Loaded.WaitAsync(cancellation);

    /// <summary>Where a started application listens; tells the ports that were picked for port 0.</summary>
    public static ApiAddresses Addresses(this WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        if (addresses is not { Count: > 0 })
            throw new InvalidOperationException("The API listens only after StartAsync.");
        // Addresses come in the order of Listen below; there is one when both ports are the same.
        return new ApiAddresses(new Uri(addresses.First()), new Uri(addresses.Last()));
    }

    private static void Listen(KestrelServerOptions kestrel, ApiOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = JsonBody.MaxBodyBytes;
        var shared = options.RegistryPort == options.RestPort && options.RegistryPort != 0;
        Listen(kestrel, options, options.RegistryPort, new SurfacePort(ServesRegistry: true, ServesRest: shared));
        if (!shared)
            Listen(kestrel, options, options.RestPort, new SurfacePort(ServesRegistry: false, ServesRest: true));
    }

    private static void Listen(KestrelServerOptions kestrel, ApiOptions options, int port, SurfacePort surfaces) =>
        kestrel.Listen(options.BindAddress, port, listener =>
        {
            listener.Protocols = HttpProtocols.Http1;
            listener.Use(next => connection =>
            {
                connection.Features.Set(surfaces);
                return next(connection);
            });
        });
}
