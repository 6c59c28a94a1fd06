using Microsoft.Extensions.Hosting;
using Platform.Api.Hosting;
using Platform.Client;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>Lets forgotten consumer instances expire.</summary>
internal sealed class ConsumerSweeper(
    ApiOptions options, ConsumerInstances instances, ILogger<ConsumerSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await ExpireAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task ExpireAsync()
    {
        try
        {
            await instances.ExpireAsync(options.Time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        catch (Exception error) when (error is KafkaException or TimeoutException)
        {
            // It is tried again with the next tick.
            logger.InstancesNotExpired(error);
        }
    }
}

internal static partial class ConsumerSweeperMessages
{
    [LoggerMessage(LogLevel.Warning, "Forgotten consumer instances could not be removed; trying again")]
    public static partial void InstancesNotExpired(this ILogger logger, Exception error);
}
