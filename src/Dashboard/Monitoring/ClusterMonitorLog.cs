using Microsoft.Extensions.Logging;

namespace Platform.Dashboard.Monitoring;

internal static partial class ClusterMonitorLog
{
    [LoggerMessage(LogLevel.Error, "Round {Round} of asking the cluster failed; the sampler goes on")]
    public static partial void RoundFailed(this ILogger logger, Exception failure, long round);
}
