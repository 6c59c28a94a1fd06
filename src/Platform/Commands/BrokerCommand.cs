using System.CommandLine;
using Microsoft.Extensions.Logging;
using Platform.Broker.Hosting;
using Platform.Client.Observability;
using Platform.Hosting;

namespace Platform.Commands;

/// <summary>`platform broker`: one node, with the roles of process.roles.</summary>
internal static class BrokerCommand
{
    private static readonly Argument<string?> Properties = new("server.properties")
    {
        Description = "Kafka's properties file; KAFKA_* environment variables and --override come on top.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string[]> Override = new("--override") { Description = "A setting, as key=value; may be repeated." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("broker", "Run one node of a cluster.") { Properties, Override };
        command.SetAction((parsed, cancellation) => RoleCommand.RunAsync(token => ServeAsync(parsed, token), cancellation));
        return command;
    }

    private static async Task ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var config = ServerProperties.Read(parsed.GetValue(Properties), parsed.GetValue(Override));
        using var logging = ConsoleLogging.Create(LogLevel.Information);
        using var metrics = new PrometheusExporter();
        await using var broker = await BrokerHost.StartAsync(
            config, new BrokerHostOptions { LoggerFactory = logging, Metrics = metrics }, cancellation);
        await Console.Out.WriteLineAsync($"ready: node {config.Node.Id} of cluster {broker.ClusterId} on {string.Join(", ", broker.EndPoints)}");
        await Task.WhenAny(RoleCommand.UntilStopped(cancellation), broker.Failed);
        if (broker.Failed.IsFaulted)
            await broker.Failed;
    }
}
