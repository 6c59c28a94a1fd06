using System.CommandLine;
using Platform.Dashboard.Hosting;

namespace Platform.Commands;

/// <summary>`platform dashboard`: the console for any Kafka cluster.</summary>
internal static class DashboardCommand
{
    private static readonly Option<string> BootstrapServers = new("--bootstrap-servers", "--bootstrap-server", "-b")
    {
        Description = "Brokers to ask first, as host:port, separated by commas.",
        DefaultValueFactory = _ => "localhost:9092",
    };

    private static readonly Option<string?> SchemaRegistryUrl = new("--schema-registry-url") { Description = "Schema registry to show schemas of." };
    private static readonly Option<int> DashboardPort = new("--dashboard-port") { DefaultValueFactory = _ => 8080 };
    private static readonly Option<string> Host = new("--host") { Description = "Address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("dashboard", "Run the dashboard.") { BootstrapServers, SchemaRegistryUrl, DashboardPort, Host };
        command.SetAction((parsed, cancellation) => RoleCommand.RunAsync(token => ServeAsync(parsed, token), cancellation));
        return command;
    }

    private static async Task ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using var dashboard = DashboardHost.Build(new DashboardOptions
        {
            BootstrapServers = parsed.GetValue(BootstrapServers)!,
            SchemaRegistryUrl = parsed.GetValue(SchemaRegistryUrl) is { } url ? new Uri(url) : null,
            Host = BindAddress.Parse(parsed.GetValue(Host)!).ToString(),
            DashboardPort = parsed.GetValue(DashboardPort),
        });
        await dashboard.StartAsync(cancellation);
        await Console.Out.WriteLineAsync($"ready: dashboard {dashboard.Urls.First()}");
        await RoleCommand.UntilStopped(cancellation);
        await dashboard.StopAsync(CancellationToken.None);
    }
}
