using System.CommandLine;
using Platform.Hosting;

namespace Platform.Commands;

/// <summary>`platform dev`: everything in one process.</summary>
internal static class DevCommand
{
    private const int MaxBrokers = 9;

    private static readonly Option<string> DataDir = new("--data-dir") { Description = "Where the data lives.", DefaultValueFactory = _ => "./data" };
    private static readonly Option<int> Brokers = new("--brokers")
    {
        Description = "Number of brokers; the others take the ports after the first one's.",
        DefaultValueFactory = _ => 1,
    };


    private static readonly Option<int> KafkaPort = Port("--kafka-port", "the first broker", 9092);
    private static readonly Option<int> RegistryPort = Port("--registry-port", "the schema registry", 8081);
    private static readonly Option<int> RestPort = Port("--rest-port", "the REST proxy", 8082);
    private static readonly Option<int> DashboardPort = Port("--dashboard-port", "the dashboard", 8080);

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("dev", "Run broker, HTTP APIs and dashboard in one process.")
        {
            DataDir, Brokers, KafkaPort, RegistryPort, RestPort, DashboardPort,
        };
        command.SetAction((parsed, cancellation) => RoleCommand.RunAsync(token => ServeAsync(parsed, token), cancellation));
        return command;
    }

    private static Option<int> Port(string name, string what, int port) =>
        new(name) { Description = $"Port of {what}; 0 takes a free one.", DefaultValueFactory = _ => port };

    private static async Task ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new DevOptions(
            Path.GetFullPath(parsed.GetValue(DataDir)!), parsed.GetValue(Brokers), parsed.GetValue(KafkaPort),
            parsed.GetValue(RegistryPort), parsed.GetValue(RestPort), parsed.GetValue(DashboardPort));
        if (options.Brokers is < 1 or > MaxBrokers)
            throw new CommandException($"--brokers {options.Brokers}: 1 to {MaxBrokers} brokers run in one process");
        await using var host = await DevHost.StartAsync(options, cancellation);
        await Console.Out.WriteLineAsync(Greeting(host));
        await Task.WhenAny(RoleCommand.UntilStopped(cancellation), host.Failed);
        if (host.Failed.IsFaulted)
            await host.Failed;
    }

    private static string Greeting(DevHost host)
    {
        var rest = host.Api.Rest.ToString().TrimEnd('/');
        var kafka = host.BootstrapServers.Split(',')[0];
        return $$"""
            kafka      {{host.BootstrapServers}}
            registry   {{host.Api.Registry.ToString().TrimEnd('/')}}
            rest       {{rest}}
            dashboard  {{host.Dashboard.ToString().TrimEnd('/')}}

            Try next:
              echo hello | kcat -P -b {{kafka}} -t greetings && kcat -C -b {{kafka}} -t greetings -e
              curl -s -X POST -H 'Content-Type: application/vnd.kafka.json.v2+json' -d '{"records":[{"value":"hello"}]}' {{rest}}/topics/greetings
              open {{host.Dashboard}}

            ready
            """;
    }
}
