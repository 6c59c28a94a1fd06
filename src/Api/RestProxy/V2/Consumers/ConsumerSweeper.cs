using Microsoft.Extensions.Hosting;
using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>Lets forgotten consumer instances expire.</summary>
internal sealed class ConsumerSweeper(ApiOptions options, ConsumerInstances instances) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await instances.ExpireAsync(options.Time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }
}
