using Microsoft.Extensions.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Observability;
using Platform.Dashboard.Hosting;

namespace Platform.Dashboard.Monitoring;

/// <summary>Collects what brokers tell of the past, for all viewers. It keeps what it has heard, also of a broker that is
/// gone by now; a cluster without such brokers has no story.</summary>
internal sealed class EventMonitor(AdminClient admin, DashboardOptions options) : BackgroundService
{
    /// <summary>Most events that are kept.</summary>
    public const int Capacity = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly ClusterEventReader _reader = new(admin);
    private readonly Dictionary<(long, string, string), ClusterEventView> _heard = [];

    /// <summary>Events, the newest first.</summary>
    public IReadOnlyList<ClusterEventView> Events { get; private set; } = [];

    /// <summary>Who could not be asked in the last round, in words.</summary>
    public IReadOnlyList<string> Missing { get; private set; } = [];

    /// <inheritdoc/>
    public override void Dispose()
    {
        _reader.Dispose();
        base.Dispose();
    }

    /// <summary>Asks once.</summary>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        try
        {
            Take(await _reader.ReadAsync(cancellation));
        }
        catch (Exception error) when (error is KafkaException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Missing = [$"the cluster cannot be reached: {error.Message}"];
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, options.TimeProvider);
        try
        {
            do
                await ReadAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private void Take(ClusterEvents read)
    {
        foreach (var told in read.Events)
            _heard[(told.TimeMs, told.Subject, told.Kind)] = told;
        Events = [.. _heard.Values.OrderByDescending(told => told.TimeMs).Take(Capacity)];
        foreach (var old in _heard.Where(known => known.Value.TimeMs < Events.LastOrDefault()?.TimeMs).Select(known => known.Key).ToList())
            _heard.Remove(old);
        Missing = read.Missing;
    }
}
