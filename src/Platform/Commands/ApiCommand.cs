using System.CommandLine;
using System.Net;
using Platform.Api.Hosting;

namespace Platform.Commands;

/// <summary>`platform api`: REST proxy and schema registry for any Kafka cluster.</summary>
internal static class ApiCommand
{
    private static readonly Option<string> BootstrapServers = new("--bootstrap-servers", "--bootstrap-server", "-b")
    {
        Description = "Brokers to ask first, as host:port, separated by commas.",
        DefaultValueFactory = _ => "localhost:9092",
    };

    private static readonly Option<int> RegistryPort = new("--registry-port") { DefaultValueFactory = _ => 8081 };
    private static readonly Option<int> RestPort = new("--rest-port") { DefaultValueFactory = _ => 8082 };
    private static readonly Option<string> Host = new("--host") { Description = "Address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };

    private static readonly Option<string?> AdvertisedHost = new("--advertised-host")
    {
        Description = "Host by which other registries of the cluster reach this one; they elect a leader among them.",
    };

    private static readonly Option<int?> RequestsPerSecond = new("--requests-per-second")
    {
        Description = "Requests that one client may send in a second; beyond it the answer is 429.",
    };

    private static readonly Option<string> InstancesTopic = new("--consumer-instances-topic")
    {
        Description = "Topic that lets consumer instances of v2 survive restarts and be reached through any replica; empty for none.",
        DefaultValueFactory = _ => "_rest_consumer_instances",
    };

    private static readonly Option<int> StreamMaxMs = Milliseconds("--streaming-connection-max-duration-ms",
        "How long a stream of records to produce may be open; later records are refused.", 86_400_000);

    private static readonly Option<int> StreamGraceMs = Milliseconds("--streaming-connection-max-duration-grace-period-ms",
        "From the first record that was refused for that until the stream is closed.", 500);

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("api", "Run the REST proxy and the schema registry.")
        {
            BootstrapServers, RegistryPort, RestPort, Host, AdvertisedHost, RequestsPerSecond, InstancesTopic,
            StreamMaxMs, StreamGraceMs,
        };
        command.SetAction((parsed, cancellation) => RoleCommand.RunAsync(token => ServeAsync(parsed, token), cancellation));
        return command;
    }

    private static Option<int> Milliseconds(string name, string description, int standard)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError($"{name} takes a number of milliseconds, 0 or more.");
        });
        return option;
    }

    private static async Task ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using var api = ApiHost.Build(new ApiOptions
        {
            BootstrapServers = parsed.GetValue(BootstrapServers)!,
            BindAddress = BindAddress.Parse(parsed.GetValue(Host)!),
            RegistryPort = parsed.GetValue(RegistryPort),
            RestPort = parsed.GetValue(RestPort),
            AdvertisedHost = parsed.GetValue(AdvertisedHost),
            RequestsPerSecond = parsed.GetValue(RequestsPerSecond),
            ConsumerInstancesTopic = parsed.GetValue(InstancesTopic) is { Length: > 0 } topic ? topic : null,
            StreamingConnectionMaxDuration = TimeSpan.FromMilliseconds(parsed.GetValue(StreamMaxMs)),
            StreamingConnectionMaxDurationGracePeriod = TimeSpan.FromMilliseconds(parsed.GetValue(StreamGraceMs)),
        });
        await api.StartAsync(cancellation);
        var addresses = api.Addresses();
        await Console.Out.WriteLineAsync($"ready: registry {addresses.Registry}, rest {addresses.Rest}");
        await RoleCommand.UntilStopped(cancellation);
        await api.StopAsync(CancellationToken.None);
    }
}

/// <summary>Addresses to listen on, as people write them.</summary>
internal static class BindAddress
{
    /// <summary>An IP address, or localhost.</summary>
    /// <exception cref="CommandException">It is neither.</exception>
    public static IPAddress Parse(string host) =>
        host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address) ? address
        : throw new CommandException($"--host takes an IP address such as 127.0.0.1 or 0.0.0.0, not '{host}'");
}
