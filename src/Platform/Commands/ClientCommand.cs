using System.CommandLine;
using System.Net.Sockets;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>What every verb that talks to a cluster shares: --bootstrap-server, --json and how errors end.</summary>
internal sealed class ClientCommand
{
    private readonly Option<string> _bootstrapServer = new("--bootstrap-server", "--bootstrap-servers", "-b")
    {
        Description = "Brokers to ask first, as host:port, separated by commas.",
        DefaultValueFactory = _ => "localhost:9092",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON for scripts." };

    private ClientCommand(string name, string description, Symbol[] symbols)
    {
        Command = new Command(name, description) { _bootstrapServer, _json };
        foreach (var symbol in symbols)
            if (symbol is Option option)
                Command.Options.Add(option);
            else if (symbol is Argument argument)
                Command.Arguments.Add(argument);
    }

    private Command Command { get; }

    /// <summary>A verb that needs the admin client.</summary>
    public static Command ForAdmin(
        string name, string description, Func<AdminClient, ParseResult, Output, CancellationToken, Task> run, params Symbol[] symbols) =>
        For(name, description, async (options, parsed, output, cancellation) =>
        {
            await using var admin = new AdminClient(options);
            await run(admin, parsed, output, cancellation);
        }, symbols);

    /// <summary>A verb that makes its own client from the options.</summary>
    public static Command For(
        string name, string description, Func<ClientOptions, ParseResult, Output, CancellationToken, Task> run, params Symbol[] symbols)
    {
        var verb = new ClientCommand(name, description, symbols);
        verb.Command.SetAction((parsed, cancellation) => verb.RunAsync(parsed, run, cancellation));
        return verb.Command;
    }

    private async Task<int> RunAsync(
        ParseResult parsed, Func<ClientOptions, ParseResult, Output, CancellationToken, Task> run, CancellationToken cancellation)
    {
        var servers = parsed.GetValue(_bootstrapServer)!;
        try
        {
            var options = new ClientOptions { BootstrapServers = servers, ClientId = "platform-cli", DefaultApiTimeoutMs = 15_000 };
            await run(options, parsed, new Output(parsed.GetValue(_json)), cancellation);
            return ExitCodes.Clean;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Clean;
        }
        catch (Exception error) when (error is KafkaException or SocketException or TimeoutException
            or CommandException or FormatException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}{Hint(error)} (bootstrap server {servers})");
            return error is CommandException ? ExitCodes.WrongUse : ExitCodes.Failed;
        }
    }

    // Kafka's sentences say what is wrong; what to do next differs from tool to tool.
    private static string Hint(Exception error) => error is not KafkaException kafka ? "" : kafka.Code switch
    {
        ErrorCode.UnknownTopicOrPartition => "; 'platform topics list' shows what there is",
        ErrorCode.GroupIdNotFound => "; 'platform groups list' shows what there is",
        ErrorCode.TransactionalIdNotFound => "; 'platform transactions list' shows what there is",
        ErrorCode.TopicAlreadyExists => "; 'platform topics alter' changes it",
        ErrorCode.NonEmptyGroup => "; stop its members first, 'platform groups describe' shows them",
        _ => "",
    };
}

/// <summary>A verb was used in a way that cannot work; the message says what to change.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>How the process ends.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Clean = 0;
    /// <summary>Something failed.</summary>
    public const int Failed = 1;
    /// <summary>Wrong configuration or arguments.</summary>
    public const int WrongUse = 2;
}
