using Microsoft.Extensions.Logging;

namespace Platform.Broker.Network;

/// <summary>What the network layer says in the log.</summary>
internal static partial class NetworkLog
{
    [LoggerMessage(LogLevel.Information, "Listening on {Listener}://{Address}")]
    public static partial void Listening(this ILogger logger, string listener, string address);

    [LoggerMessage(LogLevel.Warning, "Closing the connection from {Client} on {Listener}: {Reason}")]
    public static partial void ClosingConnection(this ILogger logger, string client, string listener, string reason);

    [LoggerMessage(LogLevel.Warning, "Refusing a connection from {Client} on {Listener}: {Reason}")]
    public static partial void RefusingConnection(this ILogger logger, string client, string listener, string reason);

    [LoggerMessage(LogLevel.Error, "Accepting connections on {Listener} failed, trying again: {Reason}")]
    public static partial void AcceptFailed(this ILogger logger, string listener, string reason);

    [LoggerMessage(LogLevel.Debug, "Connection {Id} ended: {Reason}")]
    public static partial void ConnectionEnded(this ILogger logger, long id, string reason);

    [LoggerMessage(LogLevel.Error, "Connection {Id} from {Client} failed")]
    public static partial void ConnectionFailed(this ILogger logger, Exception error, long id, string client);

    [LoggerMessage(LogLevel.Error, "{Api} v{Version} from client '{ClientId}' at {Client} failed")]
    private static partial void RequestFailed(
        this ILogger logger, Exception error, Protocol.Messages.ApiKey api, short version, string clientId, string client);

    public static void HandlerFailed(this ILogger logger, RequestContext context, Exception error) =>
        logger.RequestFailed(error, context.ApiKey, context.ApiVersion, context.ClientId, context.ClientHost);
}
