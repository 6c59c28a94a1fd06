using Microsoft.Extensions.Logging;

namespace Platform.Broker.Schemas;

internal static partial class SchemaLog
{
    [LoggerMessage(LogLevel.Warning,
        "{Topic} cannot be read, so that new schemas are not known and their records have to be sent again")]
    public static partial void SchemaTopicUnreadable(this ILogger logger, Exception error, string topic);
}
